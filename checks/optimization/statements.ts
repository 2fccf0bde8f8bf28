import type { Facts } from '../../src/facts/index.ts';
import type { Fault, Judgement } from '../../src/core/verdict.ts';

type Statements = Facts['postgres.statements'];

/** Why the statistics decide nothing yet, and what would bring that; null where they do. */
export function undecided(
  { extension, resetAt }: Statements,
  hours: number,
  now: Date,
): Judgement<'no-extension' | 'not-loaded' | 'too-early' | 'reset-unknown'> | null {
  const load = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements' (besides those there), restart";
  if (extension === 'missing') {
    const because = `pg_stat_statements is not there: ${load}, then CREATE EXTENSION pg_stat_statements;`;
    return { status: 'unclear', reason: 'no-extension', because };
  }
  if (extension === 'not-loaded') {
    return { status: 'unclear', reason: 'not-loaded', because: `pg_stat_statements is not loaded: ${load}` };
  }
  if (resetAt === null) {
    const because =
      'this version does not say since when it counts: ALTER EXTENSION pg_stat_statements UPDATE; on PostgreSQL 14 or newer';
    return { status: 'unclear', reason: 'reset-unknown', because };
  }
  const from = new Date(Date.parse(resetAt) + hours * 3_600_000);
  if (from <= now) return null;
  const because = `the statistics were reset at ${resetAt}: decidable from ${from.toISOString()}`;
  return { status: 'unclear', reason: 'too-early', because };
}

const NAMED = 3;
const shown = (text: string) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

/** The statements that fail, the slowest in all first. */
export function slowOf({ slowest }: Statements, { mean, share }: { mean: number; share: number }): Fault<'slow'>[] {
  const slow = slowest.filter(({ meanMs, before }) => meanMs > mean && before < share / 100);
  const [first] = slow;
  if (!first) return [];
  const tell = ({ text, calls, meanMs }: (typeof slow)[number]) =>
    `${shown(text)} (mean ${meanMs.toFixed(0)} ms, ${calls} calls)`;
  const more = slow.length > NAMED ? ` and ${slow.length - NAMED} more` : '';
  return [
    {
      reason: 'slow',
      because: `above ${mean} ms: ${slow.slice(0, NAMED).map(tell).join('; ')}${more}`,
      fix: `EXPLAIN (ANALYZE, BUFFERS) ${first.text}`,
      findings: slow.map((one) => ({
        where: one.text,
        what: `mean ${one.meanMs.toFixed(0)} ms, ${one.calls} calls, ${(one.share * 100).toFixed(0)}% of the time`,
        fingerprint: `slow:${one.text}`,
      })),
    },
  ];
}
