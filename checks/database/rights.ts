import type { Facts, Known } from '../../src/facts/index.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import { identifier } from './words.ts';

/** A fact that the look cannot do without: the line is in error for the same cause. */
export function missing(fact: Exclude<Known<unknown>, { state: 'known' }>): Judgement<never> {
  if (fact.state === 'unreachable') {
    return { status: 'error', reason: fact.cause, because: fact.because, fix: fact.fix };
  }
  return { status: 'error', reason: 'internal', because: fact.because, fix: `see ${fact.add}` };
}

/** What the role may not see, with the one GRANT that helps; null where it sees all. */
export function grant(
  server: Facts['postgres.server'],
  sequences: Facts['postgres.sequences'],
): Judgement<never> | null {
  const role = identifier(server.role);
  if (server.hidden.length > 0) {
    const because = `${role} may not read ${server.hidden.join(', ')}`;
    return { status: 'error', reason: 'not-permitted', because, fix: `GRANT pg_monitor TO ${role};` };
  }
  if (sequences.hidden.length === 0) return null;
  const count = sequences.hidden.reduce((sum, one) => sum + one.count, 0);
  const schemas = sequences.hidden.map(({ schema }) => identifier(schema)).join(', ');
  const because = `${role} may not read the last value of ${count} sequence${count === 1 ? '' : 's'} in ${schemas}`;
  // pg_monitor does not cover sequences (documentation, "Predefined Roles").
  return {
    status: 'error',
    reason: 'not-permitted',
    because,
    fix: `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${schemas} TO ${role};`,
  };
}
