import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const alerts: Section = {
  id: 'alerts',
  title: 'Alerts Configured',
  heading: 'Monitoring & Alerts / Alerts Configured',
  phase: 'pre-deploy',
  note: "Read from the rules that Prometheus has really loaded (/api/v1/rules) or from rule files: the expression is parsed as PromQL, its metric and threshold (units understood: ratio or per cent, seconds or milliseconds) compared with the line's; it has a comparison; health ok; `for` of 15 min or less; where a Prometheus is configured, each metric of the expression has series now (else the alert can never fire) and Prometheus is connected to an Alertmanager; the route that the rule's labels take is simulated and ends at a receiver with at least one integration, with no active inhibition that swallows it (a silence with an end warns), in any hour of a week (mute and active time intervals). Series are asked for without the matcher on the value's label (status=~\"5..\" has none until the first error); inverted forms (idle < 0.2, 1 - x), products and burn rates are normalised; the selectors must match this service's series. Grafana-managed, AMP and vmalert rules come by their Prometheus-compatible API. No `absent` guard, no dead-man alert, failed notifications rising, no summary or runbook annotation: warn. svcheck.yaml can name the rule.",
  checks: [
    unbuiltCheck({
      id: 'alerts.error-rate',
      item: 'High error rate (> 1%)',
      by: ['probe', 'attest'],
      pass: 'a rule on the error ratio at 1% or tighter',
      fail: 'none, looser, unhealthy or unrouted',
    }),
    unbuiltCheck({
      id: 'alerts.response-time',
      item: 'Slow response time (> 500ms)',
      by: ['probe', 'attest'],
      pass: 'a rule on latency at 500 ms or tighter',
      fail: 'as above',
    }),
    unbuiltCheck({
      id: 'alerts.memory',
      item: 'High memory usage (> 80%)',
      by: ['probe', 'attest'],
      pass: 'at 80% or tighter',
      fail: 'as above',
    }),
    unbuiltCheck({
      id: 'alerts.cpu',
      item: 'High CPU usage (> 80%)',
      by: ['probe', 'attest'],
      pass: 'at 80% or tighter',
      fail: 'as above',
    }),
    unbuiltCheck({
      id: 'alerts.database',
      item: 'Database connection issues',
      by: ['probe', 'attest'],
      pass: 'a rule on the database being down or its connections failing',
      fail: 'as above',
    }),
    unbuiltCheck({
      id: 'alerts.redis',
      item: 'Redis connection issues',
      by: ['probe', 'attest'],
      pass: 'a rule on Redis being down',
      fail: 'as above',
    }),
    unbuiltCheck({
      id: 'alerts.queue',
      item: 'Queue backup (> 1000 jobs)',
      by: ['probe', 'attest'],
      pass: 'a rule on waiting jobs at 1000 or tighter; the live BullMQ backlog stands beside it',
      fail: 'as above',
    }),
    unbuiltCheck({
      id: 'alerts.email-bounce',
      item: 'High email bounce rate (> 5%)',
      by: ['probe', 'attest'],
      pass: 'at 5% or tighter',
      fail: 'as above',
    }),
  ],
};
