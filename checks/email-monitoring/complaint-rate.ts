import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { judgeRate, judgeTable, type Rate, rateReasons, tableReasons } from './rates.ts';

const settings = z.strictObject({
  'below-percent': z.number().min(0).max(100).default(0.1),
  'from-mails': z.int().min(1).default(1000),
});

const rate = (limit: number): Rate => ({
  name: 'complained',
  of: 'complained',
  base: (counts) => counts.delivered,
  baseName: 'delivered',
  past: (percent) => percent >= limit,
  limit: `below ${limit}% (mailbox providers block at 0.3%)`,
  fix: 'mail only those who asked for it, with a link to unsubscribe that works at once, and take off whoever complained',
});

export const complaintRate = defineCheck({
  id: 'email-monitoring.complaint-rate',
  item: 'Complaint rate monitoring',
  rule: {
    pass: 'measured and below 0.1%',
    fail: '0.1% or above (0.3% is where the large mailbox providers block); below 1,000 mails in the last 30 days, or with no feed of such events, it is `manual`, with the counts',
  },
  why: 'One complaint in a thousand is where mailbox providers begin to sort a sender’s mail into spam, password resets too.',
  remedy:
    'Send only what was asked for, with List-Unsubscribe and List-Unsubscribe-Post headers, and stop at the first complaint of an address.',
  docs: [
    'https://support.google.com/a/answer/81126',
    'https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-complaint-rate.html',
  ],
  settings,
  loosening: ['below-percent', 'from-mails'],
  reasons: { ...rateReasons, ...tableReasons },
  ways: (make) => [
    make.probe({
      how: 'the provider’s statistics of the last 30 days',
      settings: ['email.provider'],
      needs: ['provider.statistics'],
      judge: ({ 'provider.statistics': counts }, { expect, ...rules }) =>
        judgeRate(counts, rate(expect['below-percent']), { minimum: expect['from-mails'], ...rules }),
    }),
    make.probe({
      how: 'the product’s own table of mails, of the last 30 days',
      settings: ['email.tables'],
      needs: ['product.sends'],
      wants: ['provider.destinations'],
      judge: ({ 'product.sends': sends, 'provider.destinations': destinations }, { expect, ...rules }) =>
        judgeTable(
          sends,
          rate(expect['below-percent']),
          { feed: 'complained', event: 'complaint', destinations },
          { minimum: expect['from-mails'], ...rules },
        ),
    }),
    make.attest('Is the complaint rate watched, and below 0.1%?', 30),
  ],
});
