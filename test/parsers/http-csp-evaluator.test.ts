import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCspFields, type ParsedPolicy } from '../../src/sources/http/csp.ts';
import { evaluator } from '../../src/sources/http/csp-evaluator.ts';

const evaluate = await evaluator();
const policyOf = (text: string): ParsedPolicy => parseCspFields([text])?.[0] ?? { directives: [], repeated: [] };

/** TYPE directive value, of the findings that svcheck's table knows. */
const serious = (text: string): string[] =>
  evaluate(policyOf(text))
    .filter(({ severity }) => severity === 'HIGH' || severity === 'SYNTAX')
    .map(({ type, directive, value }) => [type, directive, value].filter(Boolean).join(' '));

test.each([
  ["default-src 'self'; object-src 'none'; base-uri 'none'", []],
  ["script-src 'self'; object-src 'none'", []],
  ["script-src 'unsafe-inline'; object-src 'none'", ["SCRIPT_UNSAFE_INLINE script-src 'unsafe-inline'"]],
  ["script-src 'nonce-r4nd0mValue' 'unsafe-inline'; object-src 'none'; base-uri 'none'", []],
  ["script-src 'nonce-r4nd0mValue'; object-src 'none'", ['MISSING_DIRECTIVES base-uri']],
  ["script-src *:*; object-src 'none'", ['PLAIN_WILDCARD script-src *']],
  ["script-src https://*:443/; object-src 'none'", ['PLAIN_WILDCARD script-src https://*']],
  ["script-src 'self'; object-src", []],
  ["script-src; object-src 'none'", []],
  ["script-src http://[; object-src 'none'", []],
  ["script-src self; object-src 'none'", ['INVALID_KEYWORD script-src self']],
  ["object-src 'none'", ['MISSING_DIRECTIVES script-src']],
])('%s', (text, findings) => {
  expect(serious(text)).toEqual(findings);
});

test('csp_evaluator throws at nothing that a stranger sends', () => {
  const names = fc.constantFrom(
    'script-src',
    'object-src',
    'base-uri',
    'default-src',
    'report-uri',
    '__proto__',
    'constructor',
  );
  const values = fc.oneof(
    fc.constantFrom(
      "'nonce-<%zz>'",
      "'sha256-%'",
      'https://[',
      'a b',
      '*',
      'data:',
      '//',
      ':*',
      'https://*.%',
      "'",
      '[::1]',
      '1.2.3.4',
      '%',
    ),
    fc.string({ maxLength: 12 }),
  );
  const directive = fc
    .tuple(names, fc.array(values, { maxLength: 6 }))
    .map(([name, list]) => [name, ...list].join(' '));
  fc.assert(
    fc.property(fc.array(directive, { maxLength: 6 }), (directives) => {
      expect(evaluate(policyOf(directives.join(';'))).length).toBeLessThanOrEqual(100);
    }),
    { numRuns: 300 },
  );
});
