import type { Section } from '../../src/core/check.ts';
import { bounceRate } from './bounce-rate.ts';
import { complaintRate } from './complaint-rate.ts';
import { deliveryRate } from './delivery-rate.ts';
import { unsubscribe } from './unsubscribe.ts';
import { webhook } from './webhook.ts';

export const emailMonitoring: Section = {
  id: 'email-monitoring',
  title: 'Email Monitoring',
  heading: 'Email / Monitoring',
  phase: 'pre-deploy',
  checks: [bounceRate, complaintRate, deliveryRate, webhook, unsubscribe],
};
