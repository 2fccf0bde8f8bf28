import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { named, placed } from './naming.ts';

type Cors = Facts['env.cors'];

const reasons = {
  wildcard: 'an origin holds a wildcard',
  null: 'the origin null is allowed, which any sandboxed page has',
  local: 'an origin is this machine itself',
  'not-https': 'an origin is plain HTTP',
  path: 'an origin has a path',
  'not-an-origin': 'an entry is not an origin as browsers send it',
  unset: 'no origins are configured',
  placeholder: 'the value is still a placeholder',
  'kept-elsewhere': 'the value is a reference or encrypted, so the origins are not to be seen',
  'origin-differs': 'adapter-node’s ORIGIN is not the public address',
  'no-limit': 'a limit of adapter-node is left at its default',
} as const;
type Reason = keyof typeof reasons;

const said: Readonly<Record<NonNullable<Cors['origins'][number]['defect']>, string>> = {
  wildcard: 'has a wildcard',
  null: 'is what any sandboxed page sends',
  local: 'is a developer’s machine',
  'not-https': 'is not https',
  path: 'has a path or an ending slash, so that it equals no origin',
  'not-an-origin': 'is not an origin as browsers send it',
};

export const cors = defineCheck({
  id: 'env.cors',
  item: 'CORS origins configured',
  rule: {
    pass: 'CORS_ORIGIN lists https origins only; live preflight from a listed origin is allowed, from a foreign one is not (a site whose only listed origin is its own needs to answer no preflight, only to refuse foreign ones)',
    fail: 'wildcard with credentials, a reflected foreign or null origin, a suffix or prefix look-alike of an allowed origin accepted, http or localhost origins, paths in an origin, unset',
    warn: "adapter-node's ORIGIN differs from the public address; BODY_SIZE_LIMIT or SHUTDOWN_TIMEOUT unset; an allowed origin reflected without Vary: Origin",
  },
  why: 'An origin that is allowed may act with the cookies of whoever visits it: a wildcard or a forgotten localhost opens the API to foreign pages.',
  remedy:
    'CORS_ORIGIN with the exact https origins of the front ends, comma-separated; answer only those in src/hooks.server.ts, with Vary: Origin.',
  docs: [
    'https://fetch.spec.whatwg.org/#http-cors-protocol',
    'https://svelte.dev/docs/kit/adapter-node#Environment-variables',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'the origins in CORS_ORIGIN, and adapter-node’s settings',
      settings: ['env.files'],
      needs: ['env.cors'],
      judge({ 'env.cors': env }) {
        const { key, state, origins } = env;
        const warnings = warningsOf(env);
        if (state === 'reference' || state === 'encrypted')
          return {
            status: 'unclear',
            reason: 'kept-elsewhere',
            because: `${key} is kept in a vault or encrypted`,
            warnings,
          };
        const faults = faultsOf(env);
        const seen = { origins: origins.map(({ text }) => text) };
        if (faults.length > 0) return failOrPass<Reason>(faults, { reason: 'unset', because: '' }, { seen, warnings });
        const because = `${named(origins.map(({ text }) => text))}: https only, but this version does not send the preflights that show what the site allows`;
        return { status: 'unclear', reason: 'not-built', because, seen, warnings };
      },
    }),
    make.attest('Does the API of production answer cross-origin requests of its own front ends only?', 90),
  ],
});

function faultsOf({ key, state, place, origins }: Cors): Fault<Reason>[] {
  const fix = `set ${key} in ${place?.file ?? 'the env file'} to the origins of the front ends: https://app.example.com`;
  if (state === 'placeholder')
    return [{ reason: 'placeholder', because: `${key} in ${placed(place)} is a placeholder`, fix }];
  if (origins.length === 0) return [{ reason: 'unset', because: `${key} is not set`, fix }];
  const order = Object.keys(reasons);
  return origins
    .flatMap(({ text, defect }) => (defect ? [{ reason: defect, because: `${text} ${said[defect]}`, fix }] : []))
    .sort((a, b) => order.indexOf(a.reason) - order.indexOf(b.reason))
    .slice(0, 10);
}

function warningsOf({ origin, site, unset }: Cors): Warning<Reason>[] {
  const warnings: Warning<Reason>[] = [];
  if (origin !== null && site !== null && origin !== site)
    warnings.push({
      reason: 'origin-differs',
      text: `ORIGIN is ${origin}, site.url is ${site}: form posts are then refused as cross-site`,
    });
  if (unset.length > 0)
    warnings.push({ reason: 'no-limit', text: `${named(unset)} not set: adapter-node’s default holds` });
  return warnings;
}
