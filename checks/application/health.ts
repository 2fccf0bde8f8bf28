import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import { type Endpoint, faultsOf, type Health, readinessOf, undecided, type Wanted } from './health-faults.ts';

const brief = ({ status, failed, overall, parts }: Endpoint): string =>
  failed
    ? failed.because
    : [status, overall, ...parts.map(({ name, said }) => `${name} ${said}`)].filter(Boolean).join(' ');

const isSlow = ({ ms }: Endpoint, wanted: Wanted): boolean => (ms ?? 0) > wanted['max-ms'];

/** A cold 503 that turned 200, a first answer that was slow: svcheck's own requests may have woken it. */
function changed(first: Known<Facts['http.health-first']>, last: Health, wanted: Wanted): Warning<'changed'>[] {
  if (first.state === 'absent') return [];
  if (first.state === 'unreachable') {
    return [{ reason: 'changed', text: `before the other looks the endpoints were out of reach: ${first.because}` }];
  }
  return last.endpoints.flatMap((now): Warning<'changed'>[] => {
    const before = first.value.endpoints.find(({ url }) => url === now.url);
    if (!before || (brief(before) === brief(now) && isSlow(before, wanted) === isSlow(now, wanted))) return [];
    const took = ({ ms }: Endpoint) => (ms === null ? '' : ` in ${ms} ms`);
    const text = `${now.url} said ${brief(before)}${took(before)} before the other looks and ${brief(now)}${took(now)} after them`;
    return [{ reason: 'changed', text }];
  });
}

function fewInstances(health: Health): Warning<'one-of-several'>[] {
  const seen = new Set(readinessOf(health).map(({ url }) => new URL(url).host)).size;
  if (health.instances === null || seen >= health.instances) return [];
  const text = `${seen} of ${health.instances} instances was seen: name each one's own address in site.health`;
  return [{ reason: 'one-of-several', text }];
}

const shown = ({ url, status, ms, overall, parts }: Endpoint) => ({
  url,
  status,
  ms,
  overall,
  parts: parts.slice(0, 20),
});

export const health = defineCheck({
  id: 'application.health',
  item: 'Health check endpoints working',
  rule: {
    pass: 'the configured paths (default /health, /health/live, /health/ready; absolute internal addresses may be given) answer 200 within 1 s, and readiness (not liveness, which must not ask) says healthy for database and redis',
    fail: 'any other status, slow, an unhealthy dependency, an HTML page where JSON belongs, a redirect to a login',
    warn: "the answer changed between svcheck's first and last look; one instance seen of several declared",
  },
  why: 'Balancers and orchestrators send traffic by these answers. One that is always 200 keeps a broken instance in service.',
  remedy:
    'Write src/routes/health/live/+server.ts (200 without asking anybody) and health/ready/+server.ts, which runs SELECT 1 by Drizzle and PING on Redis and answers JSON that names both; leave them outside of the sign-in guard in src/hooks.server.ts.',
  docs: [
    'https://kubernetes.io/docs/concepts/workloads/pods/probes/',
    'https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06',
  ],
  settings: z.strictObject({
    'max-ms': z.int().min(1).default(1000).describe('the longest that an endpoint may take, in milliseconds'),
    dependencies: z
      .array(z.enum(['database', 'redis']))
      .default(['database', 'redis'])
      .describe('what readiness must speak for'),
  }),
  loosening: ['max-ms', 'dependencies'],
  reasons: {
    healthy: 'every endpoint answers 200 in time, and readiness says that its dependencies are well',
    redirect: 'an endpoint redirects, to a login as a rule',
    status: 'an endpoint answers another status than 200',
    html: 'an HTML page where JSON belongs',
    slow: 'an endpoint takes too long',
    unhealthy: 'an endpoint says that something is not well',
    silent: 'readiness does not speak for a dependency',
    'liveness-asks': 'liveness asks dependencies',
    'no-readiness': 'only liveness is given',
    'catch-all': 'an endpoint answers as any other path does',
    changed: 'the answer changed between the first look and the last',
    'one-of-several': 'fewer instances were seen than there are',
  },
  ways: (make) => [
    make.probe({
      how: 'the health endpoints before and after all other looks, each against a random path beside it',
      settings: ['site.url'],
      needs: ['http.health-last'],
      wants: ['http.health-first'],
      judge: ({ 'http.health-last': last, 'http.health-first': first }, { expect }) => {
        const faults = faultsOf(last, expect);
        const open = faults.length === 0 && undecided(last);
        if (open) return open;
        const because = last.endpoints.map((one) => `${one.url} ${brief(one)}`).join('; ');
        const warnings = [...changed(first, last, expect), ...fewInstances(last)];
        return failOrPass(faults, { reason: 'healthy', because }, { seen: last.endpoints.map(shown), warnings });
      },
    }),
    make.attest('Do the health endpoints answer, and does readiness speak for database and redis?', 30),
  ],
});
