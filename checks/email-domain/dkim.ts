import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import {
  type Doubt,
  faultsOf,
  type Flaw,
  flawOf,
  isPresent,
  keyName,
  type Selector,
  unanswered,
  warningsOf,
} from './dkim-faults.ts';

type Verdict = Judgement<Flaw | Doubt | 'keys-valid' | 'known-selector' | 'selector-unnamed'>;

const MAX_SEEN = 20;

const shown = ({ selector, aliases, record, problem, outcome, named }: Selector) => ({
  selector,
  ...(named ? {} : { guessed: true }),
  ...(aliases.length > 0 ? { cname: aliases.join(' -> ') } : {}),
  key: record?.key ? keyName(record.key) : (problem ?? (record ? 'revoked' : outcome)),
});

const seenOf = (selectors: readonly Selector[]) => ({ selectors: selectors.slice(0, MAX_SEEN).map(shown) });

function couldNotLook({ name, outcome, because }: Selector): Verdict {
  const reason = outcome === 'timeout' ? 'timeout' : 'dns';
  const fix = `see that the name server answers for ${name} from here, or set dns.servers`;
  return { status: 'error', reason, because: because || `${name}: ${outcome}`, fix };
}

const keysOf = (usable: readonly Selector[]): string =>
  usable.flatMap(({ selector, record }) => (record?.key ? [`${selector} ${keyName(record.key)}`] : [])).join(', ');

/** Every selector that is named must have a key that verifies. */
function judgeNamed({ domain, assumed }: Facts['email.dkim'], named: readonly Selector[], least: number): Verdict {
  const faults = faultsOf(named, least);
  const lost = named.find(unanswered);
  if (faults.length === 0 && lost) return couldNotLook(lost);
  const usable = named.filter((one) => !unanswered(one) && flawOf(one, least) === null);
  const because = `${domain}: ${keysOf(usable)}`;
  return failOrPass(
    faults,
    { reason: 'keys-valid', because },
    { seen: seenOf(named), warnings: warningsOf(usable, { domain, assumed, selectors: named.length }) },
  );
}

/** Of those that a known provider usually has, one with a key that verifies is enough. */
function judgeGuessed({ domain, assumed, provider, selectors }: Facts['email.dkim'], least: number): Verdict {
  const present = selectors.filter((one) => !unanswered(one) && isPresent(one));
  const faults = faultsOf(present, least);
  const usable = present.filter((one) => flawOf(one, least) === null);
  const seen = seenOf(present);
  const sender = { domain, assumed, selectors: present.length };
  if (provider !== null && usable.length > 0) {
    const broken = faults.map(({ because: text }) => ({ reason: 'known-selector-broken' as const, text }));
    const warnings = [...broken, ...warningsOf(usable, sender)];
    return {
      status: 'pass',
      reason: 'known-selector',
      because: `${domain}: ${keysOf(usable)}, as ${provider} names them`,
      seen,
      warnings,
    };
  }
  const lost = selectors.find(unanswered);
  if (lost) return couldNotLook(lost);
  if (provider !== null && faults.length > 0)
    return failOrPass(faults, { reason: 'known-selector', because: '' }, { seen, warnings: warningsOf([], sender) });
  const found = present.map(({ selector }) => selector).join(', ');
  const tried = selectors.map(({ selector }) => selector).join(', ');
  const met = found
    ? `there are ${found}, of no known sender`
    : tried
      ? `there is none of ${tried}`
      : 'every customer has selectors of its own';
  const because = `${domain}: which selectors ${provider ?? 'the provider'} signs with is not known (${met}): name them in email.selectors`;
  return { status: 'unclear', reason: 'selector-unnamed', because, seen };
}

export const dkim = defineCheck({
  id: 'email-domain.dkim',
  item: 'DKIM signing enabled',
  rule: {
    pass: "every selector named by configuration or API has a valid key of 1024 bits or more (2048 advised; Ed25519 too), CNAMEs followed; where none is named, at least one of the provider's known ones has",
    fail: 'missing, revoked (empty p=), unparsable, under 1024 bits, h= without sha256, s= without email, a CNAME that leads nowhere; no guessed selector found is `manual: name the selector`',
    warn: 't=y, 1024 bits, one selector only',
  },
  why: "Receivers verify a mail's signature with the key in the sender's DNS; without it, DMARC rests on SPF alone, which no forwarded mail passes.",
  remedy:
    "Copy the DKIM records from the provider's page for the domain (Brevo: Senders, Domains & Dedicated IPs; SES: DkimAttributes.Tokens of aws sesv2 get-email-identity), and name their selectors in email.selectors.",
  docs: [
    'https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1',
    'https://www.rfc-editor.org/rfc/rfc8301',
    'https://www.rfc-editor.org/rfc/rfc8463',
  ],
  settings: z.strictObject({ bits: z.int().min(1024).default(1024).describe('the least bits of an RSA key') }),
  reasons: {
    'keys-valid': 'every named selector has a key that verifies',
    'known-selector': "one of the provider's usual selectors has a key that verifies",
    missing: 'a named selector has no record',
    dangling: 'the CNAME of a selector leads nowhere',
    revoked: 'p= is empty',
    malformed: 'the record cannot be read, or the key in it',
    several: 'several TXT records at one selector: the result is undefined',
    'short-key': 'an RSA key below the least bits',
    'no-sha256': 'h= does not allow sha256',
    'not-for-email': 's= names other services only',
    'selector-unnamed': 'the selectors are not known, and no usual one was found',
    'test-flag': 't=y: receivers treat signed mail as unsigned',
    'key-1024': 'an RSA key below 2048 bits',
    'key-oversized': 'an RSA key above 4096 bits',
    'ed25519-only': 'no RSA key beside Ed25519',
    'one-selector': 'only one selector: no key to change to',
    'domain-assumed': "nobody named the sending domain: the site's was looked at",
    'known-selector-broken': "another of the provider's usual selectors has no key that verifies",
  },
  ways: (make) => [
    make.probe({
      how: "the DKIM keys of the sending domain's selectors in DNS",
      settings: ['email.domain'],
      needs: ['email.dkim'],
      judge: ({ 'email.dkim': fact }, { expect }) => {
        const named = fact.selectors.filter((one) => one.named);
        return named.length > 0 ? judgeNamed(fact, named, expect.bits) : judgeGuessed(fact, expect.bits);
      },
    }),
    make.attest('Does the provider sign every mail with a DKIM key of the sending domain?', 90),
  ],
});
