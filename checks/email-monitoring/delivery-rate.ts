import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { judgeRate, judgeTable, type Rate, rateReasons, tableReasons } from './rates.ts';

const settings = z.strictObject({
  'from-percent': z.number().min(0).max(100).default(95),
  'from-mails': z.int().min(1).default(1000),
});

const rate = (limit: number): Rate => ({
  name: 'delivered',
  of: 'delivered',
  base: (counts) => counts.sent,
  baseName: 'sent',
  past: (percent) => percent < limit,
  limit: `${limit}% or above`,
  fix: 'see which domains refuse the mail and why: the provider’s log of events, then SPF, DKIM and DMARC',
});

export const deliveryRate = defineCheck({
  id: 'email-monitoring.delivery-rate',
  item: 'Delivery rate monitoring',
  rule: {
    pass: 'measured and 95% or above',
    fail: 'below; below 1,000 mails in the last 30 days, or with no feed of such events, it is `manual`, with the counts',
  },
  why: 'Mail that is sent and does not arrive looks well to the application: only the share that arrives tells.',
  remedy:
    'Look at what the provider says of the mails that did not arrive; mend SPF, DKIM and DMARC first, then the addresses.',
  docs: [
    'https://developers.brevo.com/reference/get-aggregated-smtp-report',
    'https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html',
  ],
  settings,
  loosening: ['from-percent', 'from-mails'],
  reasons: { ...rateReasons, ...tableReasons },
  ways: (make) => [
    make.probe({
      how: 'the provider’s statistics of the last 30 days',
      settings: ['email.provider'],
      needs: ['provider.statistics'],
      judge: ({ 'provider.statistics': counts }, { expect, ...rules }) =>
        judgeRate(counts, rate(expect['from-percent']), { minimum: expect['from-mails'], ...rules }),
    }),
    make.probe({
      how: 'the product’s own table of mails, of the last 30 days',
      settings: ['email.tables'],
      needs: ['product.sends'],
      wants: ['provider.destinations'],
      judge: ({ 'product.sends': sends, 'provider.destinations': destinations }, { expect, ...rules }) =>
        judgeTable(
          sends,
          rate(expect['from-percent']),
          { feed: 'delivered', event: 'delivered', destinations },
          { minimum: expect['from-mails'], ...rules },
        ),
    }),
    make.attest('Is the delivery rate watched, and 95% or above?', 30),
  ],
});
