import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Fault, type Judgement, type Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { faultsOf, type Flaw } from './spf-faults.ts';
import { isMasked, providerFault, providerUnseen, providerWarning, providerWords } from './spf-provider.ts';
import { draw, LOOKUPS, type Tree, VOIDS } from './spf-tree.ts';
import { type Doubt, warningsOf } from './spf-warnings.ts';

type Spf = Facts['email.spf'];
type Reason = Flaw | Doubt | 'valid' | 'provider-missing' | 'provider-unknown' | 'end-unseen';

const failures = ['timeout', 'servfail', 'refused'];

/** A lookup that failed is the receivers' temperror: it says neither that the record is well nor that it is not. */
function unanswered({ trees }: Spf): Judgement<Reason> | null {
  const lost = trees.flatMap(({ nodes }) => nodes).find(({ outcome }) => failures.includes(outcome));
  if (!lost) return null;
  const fix = `see that the name server answers for ${lost.domain ?? lost.term} from here, or set dns.servers`;
  return { status: 'error', reason: lost.outcome === 'timeout' ? 'timeout' : 'dns', because: lost.because, fix };
}

function endUnseen({ trees }: Spf): Judgement<Reason> | null {
  const tree = trees.find((one) => one.endUnseen);
  if (!tree) return null;
  const because = `what the record of ${tree.domain} redirects to depends on the message, so its all is not known`;
  return { status: 'unclear', reason: 'end-unseen', because };
}

const summary = ({ domain, all, lookups, voids }: Tree): string =>
  `${domain} ends in ${all?.qualifier ?? ''}all${all && all.domain !== domain ? ` of ${all.domain}` : ''}, ${lookups} of ${LOOKUPS} lookups, ${voids} of ${VOIDS} void`;

function judge(spf: Spf, requireProvider: boolean): Judgement<Reason> {
  const missing = providerFault(spf);
  const include = spf.provider?.includes[0] ?? null;
  const faults: Fault<Reason>[] = spf.trees.flatMap((tree, index) => faultsOf(tree, index === 0 ? include : null));
  if (missing && requireProvider && !(faults.length > 0 && isMasked(spf))) faults.push(missing);
  const unseen = unanswered(spf) ?? endUnseen(spf) ?? (requireProvider ? providerUnseen(spf) : null);
  const lax: Warning<Reason>[] = missing && !requireProvider ? [providerWarning(missing)] : [];
  const seen = { records: spf.trees.map(({ domain, text }) => ({ domain, text })), tree: spf.trees.flatMap(draw) };
  if (faults.length === 0 && unseen) return { ...unseen, seen };
  const because = spf.trees.map(summary).join('; ') + (missing ? '' : providerWords(spf));
  return failOrPass(faults, { reason: 'valid', because }, { seen, warnings: [...warningsOf(spf), ...lax] });
}

export const spf = defineCheck({
  id: 'email-domain.spf',
  item: 'SPF record configured',
  rule: {
    pass: "at the envelope domain (a custom MAIL FROM's, else the sending domain) one record, valid under RFC 7208, within 10 lookups and 2 void lookups (the tree of lookups is the evidence), authorising the provider where one is known, ending in -all or ~all (its own or by redirect); the sending domain's own record is judged beside it",
    fail: 'none, more than one, syntax, permerror anywhere in the tree, loops, too many lookups, +all or ?all, no all at all, provider missing; a DNS time-out is `error`, not a missing record',
    warn: 'ptr, mechanisms after all, duplicate includes, an answer above 512 bytes, the custom MAIL FROM domain not aligned',
  },
  why: 'Receivers ask the envelope domain who may send for it: a record that is missing or broken lets anybody use the name, and lets mail of your own fall through.',
  remedy:
    'One TXT record at the domain of the Return-Path: v=spf1, an include for each service that sends, -all. Each include, a, mx, ptr, exists and redirect costs a lookup with all that it leads to; ten are allowed.',
  docs: ['https://www.rfc-editor.org/rfc/rfc7208', 'https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4'],
  settings: z.strictObject({
    'require-provider': z
      .boolean()
      .default(true)
      .describe(
        'whether the record must authorise the provider; false where it sends with a MAIL FROM domain of its own',
      ),
  }),
  loosening: ['require-provider'],
  reasons: {
    valid:
      'one valid record within the limits, ending in -all or ~all, with the provider authorised where one is known',
    none: 'there is no SPF record',
    multiple: 'there is more than one SPF record',
    syntax: 'the record breaks the grammar',
    permerror: 'something that the record leads to makes receivers answer permerror',
    loop: 'the record leads in a circle',
    'too-many-lookups': 'more than ten terms look something up',
    'too-many-voids': 'more than two of them find nothing',
    'pass-all': 'everybody may send',
    'neutral-all': 'the record ends in ?all',
    'no-all': 'the record ends in no all',
    'provider-missing': 'addresses of the provider are not authorised',
    'provider-unknown': 'whether the provider is authorised cannot be said',
    'end-unseen': 'where the record ends depends on the message',
    ptr: 'ptr is slow and deprecated (RFC 7208 section 5.5)',
    'after-all': 'terms after all are ignored',
    'duplicate-include': 'a domain is included more than once, and counted each time',
    'large-answer': 'the answer has more than 512 bytes',
    'void-names': 'an mx has several names without an address, which some receivers count one by one',
    'not-aligned': 'the MAIL FROM domain belongs to another organisation than the sending domain',
    'domain-assumed': "nobody named the sending domain: the site's was looked at",
  },
  ways: (make) => [
    make.probe({
      how: 'the SPF records of envelope and sending domain with all that they lead to, and check_host() for the provider’s addresses',
      settings: ['email.domain'],
      needs: ['email.spf'],
      judge: ({ 'email.spf': fact }, { expect }) => judge(fact, expect['require-provider']),
    }),
    make.attest(
      'Does the envelope domain publish one valid SPF record that ends in -all or ~all and authorises the provider?',
      90,
    ),
  ],
});
