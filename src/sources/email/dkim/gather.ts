import { setTimeout as sleep } from 'node:timers/promises';
import type { DkimSelector } from '../../../facts/email-dkim.ts';
import type { Facts } from '../../../facts/index.ts';
import { type DnsResult, query } from '../../dns/client.ts';
import { absent, type Found, type Gatherer, type Gathering, known } from '../../gathering.ts';
import { emailProvider, sendingDomain } from '../domain.ts';
import { textsOf } from '../spf/record.ts';
import { isMeantAsKey, parseDkimKey } from './record.ts';
import { knownSelectors } from './selectors.ts';

type Wanted = Pick<DkimSelector, 'selector' | 'source' | 'named'>;

const MAX_SELECTORS = 50;
const MAX_TEXTS = 5;
const MAX_TEXT = 1200;
const MAX_ALIASES = 5;
/** A SERVFAIL may be gone at the next try; one is worth it, for each selector is a question of its own. */
const AGAIN_MS = 300;
/** Of the time that the look has. */
const API_SHARE = 0.4;

export const dkim: Gatherer<'email.dkim'> = { contacts: true, gather };

async function gather(gathering: Gathering): Promise<Found<Facts['email.dkim']>> {
  const sending = await sendingDomain(gathering.target);
  if (!sending) return absent('no sending domain is known', 'email.domain');
  const { domain } = sending;
  const provider = emailProvider(gathering.target);
  const wanted = await wantedSelectors(gathering, domain, provider);
  const selectors = await Promise.all(wanted.map((one) => look(gathering, domain, one)));
  const where = `TXT of ${wanted.length} selectors below _domainkey.${domain}`;
  return known({ domain, assumed: sending.assumed, provider, selectors }, where);
}

/** Those that the settings name, else those that the provider's API names, else what the provider usually has. */
async function wantedSelectors(gathering: Gathering, domain: string, provider: string | null): Promise<Wanted[]> {
  const { selectors } = gathering.target.settings.email;
  if (selectors.length > 0) return wantedBy('email.selectors', selectors);
  const told = await toldByProvider(gathering, domain);
  if (told.length > 0) return told;
  const usual = Object.entries(knownSelectors).filter(([name]) => provider === null || name === provider);
  return usual.flatMap(([, { selectors: names, source }]) =>
    names.map((selector) => ({ selector, source, named: false })),
  );
}

/** A selector may be given with the name that it stands in. */
function wantedBy(source: string, names: readonly string[]): Wanted[] {
  const bare = names.map((name) => name.replace(/\._domainkey(?:\..*)?$/i, ''));
  return [...new Set(bare)].slice(0, MAX_SELECTORS).map((selector) => ({ selector, source, named: true }));
}

/** An API that is slow or out of reach leaves time for the usual selectors. */
async function toldByProvider(gathering: Gathering, domain: string): Promise<Wanted[]> {
  const fact = gathering.fact('provider.domain');
  const late = new AbortController();
  const over = sleep(gathering.timeoutMs * API_SHARE, null, { signal: late.signal }).catch(() => null);
  const known = await Promise.race([fact, over]);
  late.abort();
  if (known?.state !== 'known' || known.value.domain !== domain) return [];
  return known.value.answers.flatMap(({ at, records }) => {
    const hosts = records.map(({ host }) => host).filter((host) => /\._domainkey(?:\.|$)/i.test(host));
    return wantedBy(at, hosts);
  });
}

async function look(gathering: Gathering, domain: string, wanted: Wanted): Promise<DkimSelector> {
  const name = `${wanted.selector}._domainkey.${domain}`;
  const answer = await ask(gathering, name);
  const { outcome, because, aliases } = answer;
  const texts = textsOf(answer);
  const [text] = texts;
  const parsed = text === undefined || texts.length > 1 ? { record: null, problem: null } : parseDkimKey(text);
  return {
    ...wanted,
    name,
    outcome,
    because,
    aliases: aliases.slice(0, MAX_ALIASES),
    texts: texts.slice(0, MAX_TEXTS).map((one) => one.slice(0, MAX_TEXT)),
    count: texts.length,
    meant: texts.some(isMeantAsKey),
    ...parsed,
  };
}

async function ask(gathering: Gathering, name: string): Promise<DnsResult> {
  const first = await query(gathering, name, 'TXT');
  if (first.outcome !== 'servfail' || gathering.signal.aborted) return first;
  await sleep(AGAIN_MS, undefined, { signal: gathering.signal }).catch(() => {});
  return query(gathering, name, 'TXT');
}
