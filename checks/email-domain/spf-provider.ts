import type { Fault, Judgement, Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Spf = Facts['email.spf'];
type Provider = NonNullable<Spf['provider']>;

/** No address could be tried, and no term names the provider's include. */
const isUnknown = ({ checked, named }: Provider): boolean => checked.length === 0 && named === null;

const passing = ({ checked }: Provider) => checked.filter(({ result }) => result === 'pass');

/** Where every address meets a broken or missing record, that is the fault, not the provider's absence. */
export const isMasked = ({ provider }: Spf): boolean =>
  provider?.checked.every(({ result }) => result === 'permerror' || result === 'none') ?? false;

/** What a receiver would find of the provider's addresses; null where it is authorised, or where that is not known. */
export function providerFault(spf: Spf): Fault<'provider-missing'> | null {
  const { provider, envelope, domain } = spf;
  if (!provider || isUnknown(provider)) return null;
  const { name, checked, includes, named } = provider;
  const refused = checked.filter(({ result }) => result !== 'pass' && result !== 'temperror');
  const [first] = refused;
  if (!first) return null;
  const because = `${envelope} does not authorise ${name}: ${refused.length} of ${checked.length} of its addresses do not pass, ${first.address} is ${first.result} (${first.because})`;
  const ours =
    named === null ? recordWith(spf, includes[0] ?? '') : `let include:${named} pass, and nothing before it refuse`;
  const theirs =
    envelope === domain
      ? `; where ${name} sends with another MAIL FROM domain, name that in email.returnPath; where that is ${name}'s own, set require-provider: false under expect: email-domain.spf`
      : '';
  return { reason: 'provider-missing', because, fix: `${ours}${theirs}` };
}

/** The record as it would be with the provider's include, where it is short enough for a line. */
function recordWith({ envelope, trees: [tree] }: Spf, include: string): string {
  const [, before, all] = /^(.*) ([-~?+]?all)$/i.exec(tree?.text ?? '') ?? [];
  const short = before !== undefined && all !== undefined && before.length < 300;
  return short
    ? `publish at ${envelope}: ${before} include:${include} ${all}`
    : `put include:${include} before the all of ${envelope}`;
}

export const providerWarning = (fault: Fault<'provider-missing'>): Warning<'provider-missing'> => ({
  reason: 'provider-missing',
  text: fault.because,
});

/** Why it cannot be said whether the provider is authorised; null where it can. */
export function providerUnseen({ provider }: Spf): Judgement<'provider-unknown'> | null {
  if (!provider) return null;
  const lost = provider.checked.find(({ result }) => result === 'temperror');
  const fix = 'see that the name server answers from here, or set dns.servers';
  if (lost)
    return { status: 'error', reason: 'dns', because: `${lost.address} of ${provider.name}: ${lost.because}`, fix };
  if (!isUnknown(provider)) return null;
  const { name, because, failure, includes } = provider;
  const text = `no term names ${includes.join(' or ')}, and what addresses ${name} has could not be read: ${because}`;
  if (failure) return { status: 'error', reason: failure === 'timeout' ? 'timeout' : 'dns', because: text, fix };
  return { status: 'unclear', reason: 'provider-unknown', because: text };
}

/** `; brevo is authorised: 12 of its addresses tried`. */
export function providerWords({ provider }: Spf): string {
  if (!provider || isUnknown(provider)) return '';
  const tried = passing(provider).length;
  if (tried === 0) return `; ${provider.named ?? provider.name} is named`;
  return `; ${provider.name} is authorised: ${tried} of its addresses tried`;
}
