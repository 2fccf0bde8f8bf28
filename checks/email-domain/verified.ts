import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Domain = Facts['provider.domain'];

const reasons = {
  verified: 'the provider has the sending domain verified and authenticated',
  unknown: 'the provider does not know the domain',
  'not-verified': 'the provider has not seen the proof that the domain is ours',
  'not-authenticated': 'the provider does not sign with the domain’s own key',
  'domain-unnamed': 'nobody names the sending domain, and the site’s own is not verified',
  'domain-assumed': 'nobody names the sending domain: the site’s own was asked about',
} as const;
type Reason = keyof typeof reasons;

export const verified = defineCheck({
  id: 'email-domain.verified',
  item: 'Domain verified with email provider',
  rule: {
    pass: "the provider's API says that the sending domain is verified and authenticated",
    fail: 'not verified, or unknown to the provider',
  },
  why: 'A provider sends from an unverified domain not at all, or under its own name, and DMARC then rejects the mail.',
  remedy: 'Add the domain at the provider, publish the records that it names, and let it check them.',
  docs: [
    'https://developers.brevo.com/docs/domain-authentication-and-verification',
    'https://docs.aws.amazon.com/ses/latest/dg/verify-addresses-and-domains.html',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'what the provider’s API says of the sending domain',
      settings: ['email.domain', 'email.provider'],
      needs: ['provider.domain'],
      judge({ 'provider.domain': fact }) {
        const { domain, assumed, answers, others } = fact;
        const faults = answers.flatMap((answer) => faultsOf(answer, fact));
        const seen = { domain, answers: answers.map(({ records: _, ...rest }) => rest), others };
        if (assumed && faults.length > 0) {
          const because = `${faults[0]?.because}; that it is the sending domain is a guess: set email.domain`;
          return { status: 'unclear', reason: 'domain-unnamed', because, seen };
        }
        const places = answers.map(({ at }) => at).join(', ');
        const because = `${domain} is verified and authenticated at ${places}`;
        const text = `${domain} is the site’s domain: set email.domain where mail is sent from another`;
        const warnings = assumed ? [{ reason: 'domain-assumed' as const, text }] : [];
        return failOrPass<Reason>(faults, { reason: 'verified', because }, { seen, warnings });
      },
    }),
    make.attest('Is the sending domain verified and authenticated at the e-mail provider?', 180),
  ],
});

function faultsOf(answer: Domain['answers'][number], { domain, others }: Domain): Fault<Reason>[] {
  const { at, known, verified: proven, authenticated, status, records } = answer;
  if (!known) {
    const has = others.length > 0 ? `, which has ${others.slice(0, 3).join(', ')}` : '';
    const fix = `add ${domain} at the provider, or correct email.domain`;
    return [{ reason: 'unknown', because: `${domain} is unknown to ${at}${has}`, fix }];
  }
  const missing = records.filter(({ seen }) => !seen).map(({ type, host }) => `${type} ${host}`);
  const fix = missing.length > 0 ? `publish for ${domain}: ${missing.join(', ')}` : `have ${at} check ${domain} again`;
  const said = status ? ` (${status})` : '';
  return [
    ...(proven ? [] : [{ reason: 'not-verified' as const, because: `${domain} is not verified at ${at}${said}`, fix }]),
    ...(authenticated
      ? []
      : [{ reason: 'not-authenticated' as const, because: `${domain} is not authenticated at ${at}`, fix }]),
  ];
}
