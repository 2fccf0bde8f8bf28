import type { DmarcIgnored, DmarcStep } from '../../../facts/email-dmarc.ts';
import { isAnswer } from '../../dns/answer.ts';
import { type DnsResult, query } from '../../dns/client.ts';
import { type Gathering, LookFailed } from '../../gathering.ts';
import { textsOf } from '../spf/record.ts';
import { ignoredOf, isDmarc, parseDmarc } from './record.ts';
import { endsWalk, organizationalOf, walkOf } from './walk.ts';

const MAX_IGNORED = 5;
const MAX_ALIASES = 5;

const ignoredIn = (texts: readonly string[]): DmarcIgnored[] =>
  texts
    .map(ignoredOf)
    .filter((one) => one !== null)
    .slice(0, MAX_IGNORED);

interface Walk {
  steps: DmarcStep[];
  /** The first query that counts and has no answer, where the walk stops; null for a whole walk. */
  failed: LookFailed | null;
}

/** Walks the tree from a domain up: at most eight queries, all at once, counted in order until one ends the walk. */
export async function walk(gathering: Gathering, domain: string): Promise<Walk> {
  const names = walkOf(domain);
  const answers = await Promise.all(names.map((name) => query(gathering, `_dmarc.${name}`, 'TXT')));
  const steps: DmarcStep[] = [];
  for (const [index, answer] of answers.entries()) {
    const name = names[index] ?? domain;
    if (!isAnswer(answer.outcome)) {
      // A top-level domain has psd=y or no record (RFC 9989 section 5.2): both leave the one below it as it is.
      const settled = !name.includes('.') && (steps.at(-1)?.record ?? null) !== null;
      return { steps, failed: settled ? null : failure(`_dmarc.${name}`, answer) };
    }
    const step = stepOf(name, answer);
    steps.push(step);
    if (endsWalk(step)) break;
  }
  return { steps, failed: null };
}

/** The Organizational Domain of a domain; null where its walk stops without an answer. */
export async function organizationalBy(gathering: Gathering, domain: string): Promise<string | null> {
  const { steps, failed } = await walk(gathering, domain);
  return failed ? null : organizationalOf(domain, steps);
}

/** Rejects with LookFailed for an answer that is none: an unreachable record is not a missing one. */
export function stepOf(domain: string, answer: DnsResult): DmarcStep {
  const { outcome } = answer;
  if (outcome !== 'ok' && outcome !== 'nxdomain' && outcome !== 'nodata') throw failure(`_dmarc.${domain}`, answer);
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

export function failure(name: string, { outcome, because }: DnsResult): LookFailed {
  return new LookFailed({
    cause: outcome === 'timeout' ? 'timeout' : 'dns',
    because: because || `${name} TXT: ${outcome}`,
    fix: `see that the name server answers for ${name} from here (dig ${name} TXT), or set dns.servers`,
    where: `TXT of ${name}`,
    transient: outcome === 'servfail',
  });
}
