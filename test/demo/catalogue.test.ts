import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.ts';
import { faults } from '../../fixtures/faults/index.ts';
import { causes } from '../../src/facts/index.ts';

/** What the engine itself says of a line; the other reasons are the check's own. */
const engines: readonly string[] = [...causes, 'not-built', 'not-configured'];

/** Lines that the demo cannot decide, healthy or not. */
const beyond = [
  'network.firewall', // only a look from outside can tell
  'network.database-private',
  'network.redis-private',
  'network.waf', // there is none in front of loopback
  'network.ddos',
  'email-monitoring.unsubscribe', // the shop's templates do not say which of them are marketing
  'optimization.queries', // asks for a day of statistics
  'optimization.redis-cache', // names no cache
];

const unbuilt = (id: string) =>
  checks.find((check) => check.id === id)?.ways.every((way) => way.by === 'attest' || 'unbuilt' in way) ?? false;

describe('the catalogue of faults', () => {
  it('gives each fault a name of its own, fit for --break', () => {
    const names = faults.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  it('says what is wrong in a line that --list can show', () => {
    for (const { what } of faults) expect(what).toMatch(/^.{10,100}[^.]$/);
  });

  it.each(faults)('$name names lines that exist, with reasons that they can give', ({ flips }) => {
    expect(Object.keys(flips)).not.toEqual([]);
    for (const [id, flip] of Object.entries(flips)) {
      const [, ...reasons] = flip.split(' ');
      const check = checks.find((one) => one.id === id);
      const known = [...engines, ...Object.keys(check?.reasons ?? {})];
      expect(known, id).toEqual(expect.arrayContaining(reasons));
    }
  });

  it('breaks every line that this version decides', () => {
    const broken = new Set(faults.flatMap(({ flips }) => Object.keys(flips)));
    const decided = checks.map(({ id }) => id).filter((id) => !unbuilt(id) && !beyond.includes(id));
    expect(decided.filter((id) => !broken.has(id))).toEqual([]);
  });
});
