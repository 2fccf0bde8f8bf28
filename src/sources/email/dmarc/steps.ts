import type { DmarcIgnored, DmarcStep } from '../../../facts/email-dmarc.ts';
import { type DnsResult, query } from '../../dns/client.ts';
import { type Gathering, LookFailed } from '../../gathering.ts';
import { textsOf } from '../spf/record.ts';
import { ignoredOf, isDmarc, parseDmarc } from './record.ts';
import { endsWalk, walkOf } from './walk.ts';

const MAX_IGNORED = 5;
const MAX_ALIASES = 5;

const ignoredIn = (texts: readonly string[]): DmarcIgnored[] =>
  texts
    .map(ignoredOf)
    .filter((one) => one !== null)
    .slice(0, MAX_IGNORED);

/**
 * Walks the tree from a domain up: at most eight queries, all at once, counted in order until one ends the walk.
 * Rejects with LookFailed where a query that counts has no answer.
 */
export async function walk(gathering: Gathering, domain: string): Promise<DmarcStep[]> {
  const names = walkOf(domain);
  const answers = await Promise.all(names.map((name) => query(gathering, `_dmarc.${name}`, 'TXT')));
  const steps: DmarcStep[] = [];
  for (const [index, answer] of answers.entries()) {
    const step = stepOf(names[index] ?? domain, answer);
    steps.push(step);
    if (endsWalk(step)) break;
  }
  return steps;
}

/** Rejects with LookFailed for an answer that is none: an unreachable record is not a missing one. */
export function stepOf(domain: string, answer: DnsResult): DmarcStep {
  const { outcome } = answer;
  if (outcome !== 'ok' && outcome !== 'nxdomain' && outcome !== 'nodata') throw failed(`_dmarc.${domain}`, answer);
  const texts = textsOf(answer);
  const records = texts.filter(isDmarc);
  const [text] = records;
  return {
    domain,
    outcome,
    aliases: answer.aliases.slice(0, MAX_ALIASES),
    count: records.length,
    ignored: ignoredIn(texts),
    record: text !== undefined && records.length === 1 ? parseDmarc(text) : null,
  };
}

export function failed(name: string, { outcome, because }: DnsResult): LookFailed {
  return new LookFailed({
    cause: outcome === 'timeout' ? 'timeout' : 'dns',
    because: because || `${name} TXT: ${outcome}`,
    fix: `see that the name server answers for ${name} from here (dig ${name} TXT), or set dns.servers`,
    where: `TXT of ${name}`,
    transient: outcome === 'servfail',
  });
}
