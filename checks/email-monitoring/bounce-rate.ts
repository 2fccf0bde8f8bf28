import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { judgeRate, judgeTable, type Rate, rateReasons, tableReasons } from './rates.ts';

const settings = z.strictObject({
  'below-percent': z.number().min(0).max(100).default(5),
  'from-mails': z.int().min(1).default(1000),
});

const rate = (limit: number): Rate => ({
  name: 'bounced',
  of: 'bounced',
  base: (counts) => counts.sent - counts.held,
  baseName: 'handed over',
  past: (percent) => percent >= limit,
  limit: `below ${limit}%`,
  fix: 'stop mailing addresses that bounced, confirm new ones by a mail to them, and clean the lists',
});

export const bounceRate = defineCheck({
  id: 'email-monitoring.bounce-rate',
  item: 'Bounce rate monitoring',
  rule: {
    pass: "the rate can be measured (provider's API or email_sends) and is below 5%",
    fail: '5% or above; shows rate and counts; below 1,000 mails in the last 30 days, or with no feed of such events, it is `manual`, with the counts',
  },
  why: 'Providers review accounts from 5% on and stop them at 10%: mail to dead addresses is what spammers send.',
  remedy:
    'Suppress addresses that bounced hard (email_sends.status), confirm addresses at sign-up, and stop importing lists.',
  docs: [
    'https://developers.brevo.com/reference/get-aggregated-smtp-report',
    'https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-bounce-rate.html',
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
          { feed: 'bounced', event: 'bounce', destinations },
          { minimum: expect['from-mails'], ...rules },
        ),
    }),
    make.attest('Is the bounce rate watched, and below 5%?', 30),
  ],
});
