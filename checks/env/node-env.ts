import { defineCheck } from '../../src/core/define.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import { placed } from './naming.ts';

type Development = Known<Facts['http.development']>;

const reasons = {
  production: 'the env says production, and the live site shows no development build',
  unset: 'NODE_ENV is not set',
  'other-value': 'NODE_ENV has another value',
  'development-build': 'the live site shows signs of a development build',
  'live-not-seen': 'the env says production, but the live site was not looked at',
} as const;
type Reason = keyof typeof reasons;

export const nodeEnv = defineCheck({
  id: 'env.node-env',
  item: '`NODE_ENV=production`',
  rule: {
    pass: 'the env says production and the live site shows no sign of a development build (Vite client, source-mapped stack trace on an error page)',
    fail: 'any other value, or a development build is live',
  },
  why: 'Outside production mode libraries show stack traces, skip caches and accept weak defaults; a development server offers its source to everybody.',
  remedy:
    'NODE_ENV=production for the process (systemd: Environment=, Docker: ENV), and start the build of adapter-node (node build), never vite dev.',
  docs: [
    'https://nodejs.org/en/learn/getting-started/nodejs-the-difference-between-development-and-production',
    'https://vite.dev/guide/env-and-mode',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'NODE_ENV of the env, and signs of a development build on the live site',
      settings: ['env.files', 'site.url'],
      needs: ['env.node-env'],
      wants: ['http.development'],
      judge({ 'env.node-env': { value, place }, 'http.development': live }) {
        const fix = `set NODE_ENV=production in ${place?.file ?? 'the env file'}`;
        if (value === null) return { status: 'fail', reasons: ['unset'], because: 'NODE_ENV is not set', fix };
        const shown = value === 'unprintable' ? 'no plain word' : value;
        const because = `NODE_ENV in ${placed(place)} is ${shown}, not production`;
        if (value !== 'production') return { status: 'fail', reasons: ['other-value'], because, fix, seen: { value } };
        return judgeLive(live);
      },
    }),
    make.attest('Does production run with NODE_ENV=production, from a production build?', 90),
  ],
});

/** What the site shows of the mode that it really runs in. */
function judgeLive(live: Development): Judgement<Reason> {
  if (live.state === 'absent')
    return {
      status: 'unclear',
      reason: 'live-not-seen',
      because: `NODE_ENV is production; the site was not looked at: ${live.because}`,
    };
  if (live.state === 'unreachable') {
    const { cause, because, fix } = live;
    return {
      status: 'error',
      reason: cause,
      because: `NODE_ENV is production; the site could not be looked at: ${because}`,
      fix,
    };
  }
  const { viteClient, stackTrace, sightings } = live.value;
  if (!viteClient && !stackTrace)
    return {
      status: 'pass',
      reason: 'production',
      because: 'NODE_ENV is production, and no page shows a development build',
    };
  const first = sightings[0];
  return {
    status: 'fail',
    reasons: ['development-build'],
    because: `NODE_ENV is production, but the site shows ${viteClient ? 'Vite’s development client' : 'a stack trace of source files'}${first ? ` at ${first.where}` : ''}`,
    fix: 'deploy the production build (`pnpm build`, then `node build`) in place of the development server',
    findings: sightings,
  };
}
