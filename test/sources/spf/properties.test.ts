import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factShapes } from '../../../src/facts/index.ts';
import { checkHost } from '../../../src/sources/email/spf/check-host.ts';
import { isSpf, parseSpf, printSpf, type SpfRecord } from '../../../src/sources/email/spf/grammar.ts';
import { expandMacros, fitName, parseMacros, printMacros } from '../../../src/sources/email/spf/macro.ts';
import { walkSpf } from '../../../src/sources/email/spf/walk.ts';
import { anyRecord, failures, validRecord, zoneOf } from './arbitrary.ts';
import { memory } from './memory.ts';

const runs = { numRuns: 400 };
const text = fc.string({ unit: 'binary', maxLength: 120 });

/** Without the text as written, which printing does not keep. */
const termsOf = ({ terms }: SpfRecord) => terms.map(({ text: _, ...term }) => term);

describe('the grammar', () => {
  it('never throws, whatever stands behind the version', () => {
    fc.assert(
      fc.property(fc.oneof(anyRecord, text), (record) => {
        if (isSpf(record)) parseSpf(record);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes every record that is made by it', () => {
    fc.assert(
      fc.property(validRecord, (record) => !('error' in parseSpf(record))),
      runs,
    );
  });

  it('a printed record parses to the same terms', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const parsed = isSpf(record) ? parseSpf(record) : { error: '' };
        if ('error' in parsed) return;
        const again = parseSpf(printSpf(parsed));
        expect('error' in again ? again : termsOf(again)).toEqual(termsOf(parsed));
        expect('error' in again ? '' : printSpf(again)).toBe(printSpf(parsed));
      }),
      { numRuns: 2000 },
    );
  });

  it('an error names no more of the record than a line holds', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const parsed = isSpf(record) ? parseSpf(record) : { terms: [] };
        return !('error' in parsed) || parsed.error.length < 350;
      }),
      runs,
    );
  });
});

describe('macros', () => {
  const macros = fc.oneof(
    text,
    fc
      .array(fc.constantFrom('%{', '}', 'd', 'l', '2', '127', 'r', '-', '+', '.', '%%', '%_', '%-', 'x', 'L', ' '))
      .map((parts) => parts.join('')),
  );

  it('never throw, parsed or expanded, whatever the message holds', () => {
    fc.assert(
      fc.property(macros, text, fc.boolean(), (given, value, explanation) => {
        const parsed = parseMacros(given, explanation);
        if (parsed) fitName(expandMacros(parsed, { s: value, l: value, o: value, d: value, h: value }));
      }),
      { numRuns: 2000 },
    );
  });

  it('printed macros parse to the same', () => {
    fc.assert(
      fc.property(macros, fc.boolean(), (given, explanation) => {
        const parsed = parseMacros(given, explanation);
        if (parsed) expect(parseMacros(printMacros(parsed), explanation)).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
  });

  it('a name fits into 253 characters wherever a label does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 63 }), { maxLength: 30 }),
        (labels) => {
          const fit = fitName(labels.join('.'));
          expect(fit.length).toBeLessThanOrEqual(253);
          expect(labels.join('.').replace(/\.$/, '').endsWith(fit)).toBe(true);
        },
      ),
      runs,
    );
  });

  it('a bomb of 64 KB expands in no time and ends as one name', () => {
    const bomb = parseMacros('%{s}.'.repeat(12_000).concat('example.com')) ?? [];
    expect(fitName(expandMacros(bomb, { s: `${'x'.repeat(60)}@${'y.'.repeat(60)}` })).length).toBeLessThanOrEqual(253);
  });
});

describe('check_host()', () => {
  it('ends within its limits in any zone, with one of the seven results', async () => {
    await fc.assert(
      fc.asyncProperty(
        zoneOf(anyRecord),
        failures,
        fc.constantFrom('192.0.2.1', '2001:db8::1'),
        text,
        async (zone, fails, ip, local) => {
          const dns = memory(zone, fails);
          const said = await checkHost({
            ip,
            domain: 'example.com',
            sender: `${local}@example.com`,
            lookup: dns.lookup,
          });
          expect(said.lookups).toBeLessThanOrEqual(11);
          expect(said.voids).toBeLessThanOrEqual(3);
          // The record, ten terms of one query and ten names at the most, the names of the client, an explanation.
          expect(dns.asked.length).toBeLessThanOrEqual(1 + 10 * 11 + 11 + 1);
          expect(said.because.length).toBeGreaterThan(0);
          if (said.lookups > 10 || said.voids > 2) expect(said.result).toBe('permerror');
        },
      ),
      runs,
    );
  });
});

describe('the walk', () => {
  it('ends within its bounds in any zone, and what it says is a fact', async () => {
    await fc.assert(
      fc.asyncProperty(zoneOf(anyRecord), failures, async (zone, fails) => {
        const dns = memory(zone, fails);
        const { tree, networks } = await walkSpf('example.com', dns.lookup);
        expect(dns.asked.length).toBeLessThanOrEqual(60 + 30 * 21);
        expect(tree.nodes.length).toBeLessThanOrEqual(200);
        expect(networks.length).toBeLessThanOrEqual(2000);
        const fact = {
          domain: 'example.com',
          from: 'email.domain',
          assumed: false,
          envelope: 'example.com',
          aligned: true,
          provider: null,
          trees: [tree],
        };
        expect(factShapes['email.spf'].parse(fact)).toEqual(fact);
        expect(JSON.stringify(tree).length).toBeLessThan(400_000);
      }),
      runs,
    );
  });

  it('sees what any client meets: no more lookups than it counts, and no permerror that it does not know', async () => {
    await fc.assert(
      fc.asyncProperty(
        zoneOf(validRecord),
        fc.constantFrom('192.0.2.1', '203.0.113.9', '2001:db8::1'),
        async (zone, ip) => {
          const { lookup } = memory(zone);
          const { tree } = await walkSpf('example.com', lookup);
          const said = await checkHost({ ip, domain: 'example.com', sender: 'user@example.com', lookup });
          if (said.result === 'none') expect(tree.result).toBe('none');
          const broken = tree.nodes.some(({ outcome }) =>
            ['none', 'multiple', 'syntax', 'loop', 'too-many-names'].includes(outcome),
          );
          const dynamic = tree.nodes.some(({ outcome }) => outcome === 'dynamic' || outcome === 'counted');
          if (!dynamic && !broken) expect(said.lookups).toBeLessThanOrEqual(tree.lookups);
          const oneFamily = said.voids > 2; // names with addresses of one family alone are void for clients of the other
          if (said.result === 'permerror' && !dynamic && !oneFamily)
            expect(broken || tree.lookups > 10 || tree.voids > 2).toBe(true);
        },
      ),
      runs,
    );
  });
});
