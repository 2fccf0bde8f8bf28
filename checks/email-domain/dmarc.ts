import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { faultsOf } from './dmarc-faults.ts';
import { type Dmarc, isEnforced } from './dmarc-record.ts';
import { warningsOf } from './dmarc-warnings.ts';
import { receivingWarnings } from './receiving-warnings.ts';

/** The walk as it was made, and what came of it. */
function seenOf({ domain, walk, organizational, applied, suffixList }: Dmarc) {
  const asked = walk.map(
    (step) =>
      `_dmarc.${step.domain}: ${step.record?.text ?? (step.count > 1 ? `${step.count} records` : step.outcome)}`,
  );
  const policy = applied ? `${applied.tag}=${applied.policy ?? 'nothing'} of ${applied.domain}` : null;
  return { domain, walk: asked, organizational, policy, byPublicSuffixList: suffixList?.domain ?? null };
}

function because({ domain, applied }: Dmarc): string {
  if (!applied) return domain;
  return `${applied.tag}=${applied.policy ?? ''} of _dmarc.${applied.domain} applies to ${domain}`;
}

export const dmarc = defineCheck({
  id: 'email-domain.dmarc',
  item: 'DMARC policy configured',
  rule: {
    pass: 'RFC 9989 (May 2026, in place of RFC 7489): the record found by the DNS tree walk (8 queries at most) has the applicable policy (p, sp or np) quarantine or reject, and not in test mode',
    fail: 'none, several, invalid, p missing or none (unless svcheck.yaml allows monitoring), t=y, sp or np weaker than p, pct below 100 (old receivers still honour it), a record at the apex only, or the only one has a leading space',
    warn: "a stray record at the apex beside a valid one; pct, rf or ri present at all (removed); no rua, or one whose domain does not authorise it (RFC 9990); the public-suffix answer of RFC 7489 differs from the tree walk's; strict alignment that the provider's return path cannot meet",
  },
  why: 'Without a policy anybody can send mail in the name of the domain, and the large mailbox providers refuse bulk mail from a domain that has none.',
  remedy:
    'Publish v=DMARC1; p=none; rua=mailto:… first, read the reports until all of your own mail passes, then p=quarantine or p=reject; meanwhile set expect: email-domain.dmarc: { monitoring: true }.',
  docs: [
    'https://www.rfc-editor.org/rfc/rfc9989',
    'https://www.rfc-editor.org/rfc/rfc9990',
    'https://www.rfc-editor.org/rfc/rfc8461',
    'https://www.rfc-editor.org/rfc/rfc8460',
    'https://www.rfc-editor.org/rfc/rfc7505',
  ],
  settings: z.strictObject({
    monitoring: z.boolean().default(false).describe('allow p=none: reports are read, mail is not yet refused'),
  }),
  loosening: ['monitoring'],
  reasons: {
    enforced: 'quarantine or reject applies',
    monitored: 'p=none, which svcheck.yaml allows',
    several: 'several records, of which receivers take none',
    'leading-space': 'the only record begins with a space, so receivers ignore it',
    'apex-only': 'the record is at the domain itself, not below _dmarc',
    none: 'no record at any step of the tree walk',
    invalid: 'p, sp or np cannot be read, a tag stands twice, or v=DMARC1 is not exact',
    'p-missing': 'the record has no p=',
    'policy-none': 'the applicable policy is none',
    'test-mode': 't=y: receivers do not apply the policy',
    'sp-weaker': 'sp= is weaker than p=',
    'np-weaker': 'np= is weaker than p=',
    'pct-below-100': 'pct= below 100',
    'domain-assumed': "nobody named the sending domain: the site's was looked at",
    'stray-at-apex': 'a record at the domain itself beside a valid one',
    'ignored-record': 'a record at _dmarc that receivers ignore beside one that applies',
    'removed-tag': 'pct, rf, ri or a report size: RFC 9989 removed them',
    'tag-invalid': 'a tag breaks the grammar, so its default holds',
    'no-reports': 'no address for aggregate reports',
    'report-unauthorised': 'the domain of a report address does not authorise it',
    'report-unseen': 'whether it does could not be looked at',
    'walk-incomplete': 'a step of the tree walk above the record has no answer',
    'suffix-list-differs': 'receivers of RFC 7489 find another record or organizational domain',
    'strict-return-path': 'aspf=s with a return path of another name',
    'return-path-unaligned': 'the return path belongs to another organizational domain',
    'no-mx': 'the domain has no MX record',
    'null-mx': 'the domain says that it receives no mail',
    'no-mta-sts': 'no MTA-STS policy',
    'mta-sts-broken': 'the MTA-STS record or policy does not hold',
    'mta-sts-not-enforced': 'the MTA-STS policy is in testing, or none',
    'no-tls-rpt': 'no TLS-RPT record',
    'tls-rpt-broken': 'the TLS-RPT record breaks its grammar',
    'not-signed': 'the zone is not signed',
    'receiving-unseen': 'how the domain receives mail could not be looked at',
  },
  ways: (make) => [
    make.probe({
      how: 'the DMARC record by the DNS tree walk, and how mail to the domain is protected',
      settings: ['email.domain'],
      needs: ['email.dmarc'],
      wants: ['email.receiving'],
      judge: ({ 'email.dmarc': fact, 'email.receiving': receiving }, { expect }) => {
        const reason = isEnforced(fact.applied?.policy ?? null) ? 'enforced' : 'monitored';
        const warnings = [...warningsOf(fact), ...receivingWarnings(receiving)];
        return failOrPass(
          faultsOf(fact, expect.monitoring),
          { reason, because: because(fact) },
          { seen: seenOf(fact), warnings },
        );
      },
    }),
    make.attest('Is a DMARC policy of quarantine or reject published for the sending domain?', 90),
  ],
});
