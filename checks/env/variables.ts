import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { counted, named, placed } from './naming.ts';

type Variables = Facts['env.variables'];

const reasons = {
  complete: 'every key that is not optional is set to a value of its own',
  missing: 'a key of the example is not in the env',
  empty: 'a key is there without a value',
  placeholder: 'a value is still a placeholder',
  'browser-secret': 'a secret stands under a name that reaches the browser',
  'no-example': 'there is no example to compare with',
  'no-keys': 'the example names no key that must be set',
  undocumented: 'a key is set that the example does not name',
  'duplicate-key': 'a file sets a key more than once',
  'malformed-line': 'a line is no assignment, comment or blank',
} as const;
type Reason = keyof typeof reasons;

export const variables = defineCheck({
  id: 'env.variables',
  item: 'All environment variables configured (see `.env.example`)',
  rule: {
    pass: "every key of .env.example (save those commented as optional) is set, non-empty and not a placeholder (the example's own value for a secret, changeme, your-..., xxx, <...>)",
    fail: 'any is missing, empty or a placeholder, or a key that reaches the browser (PUBLIC_, VITE_ prefix) holds a secret; names the keys, never the values; keys set but absent from the example are a warning; formats that are made to be public (Stripe pk_, a Sentry DSN, a Maps key) are no secrets',
  },
  why: 'A key that is missing or still a placeholder shows only when the code that reads it runs, often in front of a user. A secret under a public name is delivered to every visitor.',
  remedy:
    'Keep .env.example complete, with optional keys commented out, and set each of the others in the production env; a secret must not have a PUBLIC_ or VITE_ name.',
  docs: [
    'https://github.com/motdotla/dotenv#readme',
    'https://vite.dev/guide/env-and-mode',
    'https://svelte.dev/docs/kit/$env-static-public',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'the keys of the env files against those of .env.example',
      settings: ['env.files'],
      needs: ['env.variables'],
      judge({ 'env.variables': env }) {
        const { example, keys } = env;
        const required = keys.filter(({ optional }) => !optional);
        const faults = faultsOf(env);
        const warnings = warningsOf(env);
        if (faults.length === 0 && example.state !== 'read' && example.state !== 'missing')
          return {
            status: 'error',
            reason: 'malformed',
            because: example.because,
            fix: `save ${example.file} as text`,
          };
        if (faults.length === 0 && example.state === 'missing')
          return {
            status: 'unclear',
            reason: 'no-example',
            because: `${example.because}: nothing says what must be set`,
            warnings,
          };
        if (faults.length === 0 && required.length === 0)
          return {
            status: 'unclear',
            reason: 'no-keys',
            because: `${example.file} names no key that must be set`,
            warnings,
          };
        const because = `${counted(required.length, 'key')} of ${example.file} set in ${env.files.join(', ')}`;
        const optional = keys.length - required.length;
        const left = optional > 0 ? `, ${counted(optional, 'optional key')} left aside` : '';
        const seen = { files: env.files, required: required.length, optional };
        return failOrPass<Reason>(faults, { reason: 'complete', because: because + left }, { seen, warnings });
      },
    }),
    make.attest('Is every environment variable of production set, and is none still a placeholder?', 90),
  ],
});

function faultsOf({ browser, keys, example, files }: Variables): Fault<Reason>[] {
  const required = keys.filter(({ optional }) => !optional);
  const last = files.findLast((file) => file !== 'process') ?? 'the environment';
  const faults: Fault<Reason>[] = [];
  for (const { key, place, kind } of browser) {
    const because = `${key} in ${placed(place)} reaches the browser and holds a secret (${kind})`;
    faults.push({
      reason: 'browser-secret',
      because,
      fix: `rename ${key} without its public prefix, use it on the server only, and rotate it`,
    });
  }
  const groups = [
    { reason: 'missing', of: required.filter(({ state }) => state === 'missing'), is: 'not set' },
    { reason: 'empty', of: required.filter(({ state }) => state === 'empty'), is: 'empty' },
    {
      reason: 'placeholder',
      of: required.filter(({ placeholder }) => placeholder !== null),
      is: 'still a placeholder',
    },
  ] as const;
  for (const { reason, of, is } of groups) {
    if (of.length === 0) continue;
    const names = named(of.map(({ key }) => key));
    const fix = `set ${names} in ${last}, or mark what is not needed as optional in ${example.file}`;
    faults.push({ reason, because: `${names}: ${is}`, fix });
  }
  return faults;
}

function warningsOf({ undocumented, duplicates, malformed, example }: Variables): Warning<Reason>[] {
  const warnings: Warning<Reason>[] = [];
  if (undocumented.length > 0)
    warnings.push({ reason: 'undocumented', text: `set, but not in ${example.file}: ${named(undocumented)}` });
  for (const { file, key, lines } of duplicates.slice(0, 10))
    warnings.push({
      reason: 'duplicate-key',
      text: `${file} sets ${key} on lines ${lines.join(', ')}: the last one wins`,
    });
  for (const { file, lines } of malformed)
    warnings.push({ reason: 'malformed-line', text: `${file}: no assignment on line ${named(lines.map(String))}` });
  return warnings;
}
