import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const emailMonitoring: Section = {
  id: 'email-monitoring',
  title: 'Email Monitoring',
  heading: 'Email / Monitoring',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'email-monitoring.bounce-rate',
      item: 'Bounce rate monitoring',
      by: ['probe', 'attest'],
      pass: "the rate can be measured (provider's API or email_sends) and is below 5%",
      fail: '5% or above; shows rate and counts; below 1,000 mails in the last 30 days, or with no feed of such events, it is `manual`, with the counts',
    }),
    unbuiltCheck({
      id: 'email-monitoring.complaint-rate',
      item: 'Complaint rate monitoring',
      by: ['probe', 'attest'],
      pass: 'measured and below 0.1%',
      fail: '0.1% or above (0.3% is where the large mailbox providers block); below 1,000 mails in the last 30 days, or with no feed of such events, it is `manual`, with the counts',
    }),
    unbuiltCheck({
      id: 'email-monitoring.delivery-rate',
      item: 'Delivery rate monitoring',
      by: ['probe', 'attest'],
      pass: 'measured and 95% or above',
      fail: 'below; below 1,000 mails in the last 30 days, or with no feed of such events, it is `manual`, with the counts',
    }),
    unbuiltCheck({
      id: 'email-monitoring.webhook',
      item: 'Webhook endpoint configured',
      by: ['probe', 'active', 'attest'],
      pass: "the provider lists a destination for delivered, bounce and complaint events (Brevo: a webhook on the site's own https address; SES: SNS, EventBridge, Firehose or CloudWatch), and a webhook's endpoint exists against a control path; with --active a call without the configured credential or signature is refused",
      fail: 'none listed, http, another host, missing events, 404, such a call accepted',
    }),
    unbuiltCheck({
      id: 'email-monitoring.unsubscribe',
      item: 'Unsubscribe links working',
      by: ['probe', 'evidence', 'attest'],
      pass: 'each active marketing template holds an unsubscribe link, and its address with a token that svcheck made up (never a rendered link: a GET can unsubscribe a person) answers with a page',
      fail: 'a template without one, or a dead link',
      warn: 'no RFC 8058 one-click headers (List-Unsubscribe with List-Unsubscribe-Post) in what the application sends, where a sample message is configured',
    }),
  ],
};
