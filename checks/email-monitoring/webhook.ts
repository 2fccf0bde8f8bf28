import { unbuiltCheck } from '../../src/core/define.ts';

export const webhook = unbuiltCheck({
  id: 'email-monitoring.webhook',
  item: 'Webhook endpoint configured',
  by: ['probe', 'active', 'attest'],
  pass: "the provider lists a destination for delivered, bounce and complaint events (Brevo: a webhook on the site's own https address; SES: SNS, EventBridge, Firehose or CloudWatch), and a webhook's endpoint exists against a control path; with --active a call without the configured credential or signature is refused",
  fail: 'none listed, http, another host, missing events, 404, such a call accepted',
});
