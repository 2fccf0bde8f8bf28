import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const healthMonitoring: Section = {
  id: 'health-monitoring',
  title: 'Health Monitoring',
  heading: 'Monitoring & Alerts / Health Monitoring',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'health-monitoring.uptime',
      item: 'Uptime monitoring (Pingdom, UptimeRobot)',
      by: ['probe', 'attest'],
      pass: "UptimeRobot, Pingdom or a Prometheus blackbox target watches the site's host and is up",
      fail: 'none does, or it is paused',
    }),
    unbuiltCheck({
      id: 'health-monitoring.endpoints',
      item: 'Health check endpoints configured',
      by: ['probe'],
      pass: "liveness and readiness are wired to something that acts on them (Kubernetes probes in the manifests, a load balancer's or uptime monitor's path) and that path answers",
      fail: 'wired to a path that does not answer, or to none',
    }),
    unbuiltCheck({
      id: 'health-monitoring.downtime-alerts',
      item: 'Alerts for downtime',
      by: ['probe', 'attest'],
      pass: 'the monitor has an alert contact, or a Prometheus rule on up or probe_success is loaded, healthy, and routed to a receiver',
      fail: 'no contact, rule or receiver',
    }),
    unbuiltCheck({
      id: 'health-monitoring.on-call',
      item: 'On-call rotation established',
      by: ['probe', 'attest'],
      pass: 'PagerDuty or Opsgenie has someone on call for the service now and for the next 7 days',
      fail: 'a gap',
    }),
  ],
};
