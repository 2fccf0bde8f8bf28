import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import type { Rules } from '../../src/core/check.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import { jumpsIn } from './volumes.ts';

const reasons = {
  established: 'mail went out before the last 30 days: the volume is established',
  gradual: 'in the first 30 days of sending the volume has grown gradually',
  jump: 'a day’s volume is a multiple of what came before',
  'no-mail-yet': 'no mail has gone out yet',
  'account-wide': 'the provider counts for the whole account, and the domain may be younger',
} as const;
type Reason = keyof typeof reasons;

const settings = z.strictObject({
  'daily-floor': z.int().min(0).default(1000),
  'growth-factor': z.number().min(1).default(2),
});
type Expect = z.output<typeof settings>;

export const warmedUp = defineCheck({
  id: 'email-domain.warmed-up',
  item: 'Sending domain warmed up (gradual volume increase)',
  rule: {
    pass: "in a domain's first 30 days of sending, daily volumes (provider's API, or email_sends) above 1,000 a day never exceed twice the highest earlier same weekday (in the first week: twice the highest earlier day); after that time the volume is established",
    fail: 'a jump; before the first mail it is `manual: decidable from the first week of sending`',
  },
  why: 'Mailbox providers distrust a domain that suddenly sends much: its first mails end in spam, and the distrust stays.',
  remedy: 'Start with the most active recipients and at most double the volume from week to week.',
  docs: [
    'https://developers.brevo.com/reference/get-smtp-report',
    'https://docs.aws.amazon.com/ses/latest/dg/dedicated-ip-warming.html',
    'https://support.google.com/a/answer/81126',
  ],
  settings,
  loosening: ['daily-floor', 'growth-factor'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'daily volumes by the provider’s API',
      settings: ['email.provider'],
      needs: ['provider.statistics'],
      wants: ['provider.domain'],
      judge: ({ 'provider.statistics': { days, earlier }, 'provider.domain': domain }, rules) => {
        const judged = judgeVolumes(days, earlier, rules);
        return judged.status === 'pass' && judged.reason === 'established'
          ? ofAccount(judged, domain, rules.now)
          : judged;
      },
    }),
    make.probe({
      how: 'daily volumes by the product’s own table of mails',
      settings: ['email.tables'],
      needs: ['product.sends'],
      judge: ({ 'product.sends': { days, earlier } }, rules) => judgeVolumes(days, earlier, rules),
    }),
    make.attest('Has the volume of the sending domain grown gradually since its first mail?', 90),
  ],
});

function judgeVolumes(
  all: Facts['product.sends']['days'],
  earlier: number,
  { expect, goLive, now }: Rules<Expect>,
): Judgement<Reason> {
  const days = all.filter(({ count }) => count > 0);
  const [first] = days;
  const top = Math.max(0, ...days.map(({ count }) => count));
  const seen = { firstDay: first?.date ?? null, days: days.length, highestDay: top, earlier };
  if (earlier > 0)
    return {
      status: 'pass',
      reason: 'established',
      because: `mail went out before the last 30 days (highest day since: ${top})`,
      seen,
    };
  if (!first) {
    const live = goLive && now < goLive ? `, after the go-live of ${goLive.toISOString().slice(0, 10)}` : '';
    const because = `no mail has gone out: decidable from the first week of sending${live}`;
    return { status: 'unclear', reason: 'no-mail-yet', because, seen };
  }
  const jumps = jumpsIn(days, { floor: expect['daily-floor'], factor: expect['growth-factor'] });
  const [worst] = [...jumps].sort((a, b) => b.count - a.count);
  if (!worst) {
    const because = `sending since ${first.date}, ${top} on the highest day, without a jump`;
    return { status: 'pass', reason: 'gradual', because, seen };
  }
  const findings = jumps.map(({ date, count, limit }) => ({
    where: date,
    what: `${count} mails, at most ${limit} would be gradual`,
  }));
  return {
    status: 'fail',
    reasons: ['jump'],
    because: `${worst.count} mails went out on ${worst.date}, where at most ${Math.max(worst.limit, expect['daily-floor'])} would be gradual`,
    fix: `hold back what is not urgent: at most ${expect['growth-factor']} times the volume of the same day of the week before`,
    findings,
    seen,
  };
}

/** An account can be older than the domain that it sends from now. */
function ofAccount(
  judged: Judgement<Reason> & { status: 'pass' },
  domain: Known<Facts['provider.domain']>,
  now: Date,
): Judgement<Reason> {
  const since = domain.state === 'known' && domain.value.since !== null ? Date.parse(domain.value.since) : Number.NaN;
  const days = (now.getTime() - since) / 86_400_000;
  if (days > 30) return judged;
  const text = 'the provider counts the mail of the whole account';
  if (Number.isNaN(days))
    return {
      ...judged,
      warnings: [{ reason: 'account-wide', text: `${text}, and does not say since when it has this domain` }],
    };
  const because = `${text}, and has this domain for ${Math.floor(days)} days only`;
  return { status: 'unclear', reason: 'account-wide', because, seen: judged.seen ?? {} };
}
