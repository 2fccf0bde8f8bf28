import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const appMonitoring: Section = {
  id: 'app-monitoring',
  title: 'Application Monitoring',
  heading: 'Monitoring & Alerts / Application Monitoring',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'app-monitoring.errors',
      item: 'Error tracking (Sentry)',
      by: ['probe', 'attest'],
      pass: "Sentry's API knows the project, with an event or a release of the last 30 days",
      fail: 'no such project, or silent',
    }),
    unbuiltCheck({
      id: 'app-monitoring.apm',
      item: 'Performance monitoring (APM)',
      by: ['probe', 'attest'],
      pass: 'tracing is on (a sample rate above 0, an OTLP or APM endpoint set) and that endpoint answers',
      fail: 'off, or out of reach',
    }),
    unbuiltCheck({
      id: 'app-monitoring.logs',
      item: 'Log aggregation (ELK, Datadog)',
      by: ['probe', 'attest'],
      pass: "the store (Loki, Elasticsearch or Datadog) holds this service's lines of the last 15 minutes",
      fail: 'none',
    }),
    unbuiltCheck({
      id: 'app-monitoring.metrics',
      item: 'Metrics collection (Prometheus)',
      by: ['probe'],
      pass: 'Prometheus has a target for the service, up, scraped within two intervals',
      fail: 'none, down, stale',
    }),
    unbuiltCheck({
      id: 'app-monitoring.dashboards',
      item: 'Dashboards created (Grafana)',
      by: ['probe', 'attest'],
      pass: 'Grafana lists a dashboard for the service, whose data source answers',
      fail: 'none',
    }),
  ],
};
