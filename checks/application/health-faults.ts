import type { Fault, Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

export type Health = Facts['http.health-last'];
export type Endpoint = Health['endpoints'][number];
type Dependency = 'database' | 'redis';
export type Flaw = 'redirect' | 'status' | 'html' | 'slow' | 'unhealthy' | 'silent' | 'liveness-asks' | 'no-readiness';

/** The worst first. */
const order: readonly Flaw[] = ['unhealthy', 'status', 'redirect', 'html', 'slow', 'silent', 'liveness-asks'];

export interface Wanted {
  'max-ms': number;
  dependencies: readonly Dependency[];
}

const healthy = new Set(
  'ok okay up pass passed passing healthy true ready connected alive available good online operational green success running live'.split(
    ' ',
  ),
);
const unhealthy = new Set(
  'down fail failed failing failure error unhealthy false disconnected critical unavailable outage dead offline red broken timeout not_ready notready degraded out_of_service'.split(
    ' ',
  ),
);
/** health+json's warn, Spring's UNKNOWN and the like are neither. */
const wordOf = (said: string): string => said.replace(/[ -]+/g, '_');
const isHealthy = (said: string): boolean => healthy.has(wordOf(said));
const isUnhealthy = (said: string): boolean => unhealthy.has(wordOf(said));

const names: Readonly<Record<Dependency, RegExp>> = {
  database: /database|postgres|(?:^|[^a-z])(?:db|pg|rds|sql|drizzle|prisma)(?:$|[^a-z])/i,
  redis: /redis|valkey|keydb|dragonfly/i,
};

/** What an endpoint says of a dependency: the part of that name, or those below it that state a condition. */
function saysOf({ parts }: Endpoint, dependency: Dependency): Endpoint['parts'] {
  return parts.filter(({ name, said }) => {
    const segments = name.split('.');
    if (names[dependency].test(segments.at(-1) ?? '')) return true;
    const isCondition = !['true', 'false'].includes(said) && (isHealthy(said) || isUnhealthy(said));
    return isCondition && segments.some((segment) => names[dependency].test(segment));
  });
}

/** A plain `maintenance: false` is no illness; `checks.smtp: false` and `database: false` are. */
function isIll({ name, said }: Endpoint['parts'][number]): boolean {
  if (said !== 'false') return isUnhealthy(said);
  const isCheck = /(?:^|\.)(?:checks|services|components|dependencies|details|entries|results)\./i.test(name);
  return isCheck || Object.values(names).some((pattern) => pattern.test(name.split('.').at(-1) ?? ''));
}

const text = ({ name, said }: Endpoint['parts'][number]): string => `${name}: ${said}`;

/** Readiness is what a balancer asks; where only one endpoint is given, that is it. */
export const readinessOf = ({ endpoints }: Health): Endpoint[] => {
  const ready = endpoints.filter(({ role }) => role === 'ready');
  return ready.length > 0 ? ready : endpoints.filter(({ role }) => role === 'summary');
};

function answerFault(endpoint: Endpoint, wanted: Wanted, slow: boolean): Fault<Flaw> | null {
  const { url, status, html, ms, location, failed } = endpoint;
  if (failed || status === null) {
    const fix = `see why ${url} hangs: a health check answers at once, or says 503`;
    return slow ? { reason: 'slow', because: `${url}: ${failed?.because ?? 'no answer'}`, fix } : null;
  }
  if (status >= 300 && status < 400) {
    const fix = `let ${url} answer without a session: exempt it from the redirect to the login (handle in src/hooks.server.ts)`;
    return { reason: 'redirect', because: `${url} answers ${status} and leads to ${location ?? 'nowhere'}`, fix };
  }
  if (status !== 200) {
    const fix = `let ${url} answer 200 while the application is well, or name its real path in site.health`;
    return { reason: 'status', because: `${url} answers ${status}`, fix };
  }
  if (html) {
    const fix = `let ${url} answer with JSON: the HTML page there is what the site shows for any path`;
    return { reason: 'html', because: `${url} answers with an HTML page`, fix };
  }
  if ((ms ?? 0) <= wanted['max-ms']) return null;
  const fix = `bound what ${url} asks its dependencies (a timeout of ${wanted['max-ms'] / 2} ms each), and let it ask them at once`;
  return { reason: 'slow', because: `${url} took ${ms ?? 0} ms, more than ${wanted['max-ms']}`, fix };
}

function saidFaults(endpoint: Endpoint, isReadiness: boolean, wanted: Wanted): Fault<Flaw>[] {
  const { url, role, parts, overall, json } = endpoint;
  const ill = parts.filter(isIll).map(text);
  if (overall !== null && isUnhealthy(overall)) ill.unshift(`it says ${overall}`);
  const faults: Fault<Flaw>[] = [];
  if (ill.length > 0) {
    const fix = `see why ${ill.slice(0, 3).join(', ')} at ${url}, and let it answer 503 while that is so`;
    faults.push({ reason: 'unhealthy', because: `${url}: ${ill.slice(0, 5).join(', ')}`, fix });
  }
  const mute = isReadiness
    ? wanted.dependencies.filter((one) => !saysOf(endpoint, one).some(({ said }) => isHealthy(said)))
    : [];
  if (mute.length > 0 && ill.length === 0) {
    const because = `${url} does not say how ${mute.join(' and ')} ${mute.length > 1 ? 'are' : 'is'}${json ? '' : ': its answer is no JSON object'}`;
    const fix = `let ${url} answer {"status":"ok","checks":{"database":{"status":"up"},"redis":{"status":"up"}}} after SELECT 1 and PING`;
    faults.push({ reason: 'silent', because, fix });
  }
  const asked = role === 'live' ? wanted.dependencies.flatMap((one) => saysOf(endpoint, one)) : [];
  if (asked.length > 0) {
    const because = `liveness at ${url} asks for ${asked.map(text).join(', ')}`;
    const fix = `take the dependencies out of ${url}: an outage of theirs would restart every instance; readiness is the place for them`;
    faults.push({ reason: 'liveness-asks', because, fix });
  }
  return faults;
}

/** All that stands against the endpoints. */
export function faultsOf(health: Health, wanted: Wanted): Fault<Flaw>[] {
  const readiness = readinessOf(health);
  if (readiness.length === 0) {
    const because = 'only a liveness endpoint is given: nothing says how database and redis are';
    return [{ reason: 'no-readiness', because, fix: 'name the readiness endpoint in site.health ({ live, ready })' }];
  }
  const answers = [...health.endpoints, ...health.controls].some(({ status }) => status !== null);
  const faults = health.endpoints.flatMap((endpoint) => {
    const fault = answerFault(endpoint, wanted, answers && endpoint.failed?.cause === 'timeout');
    if (fault) return [fault];
    return endpoint.failed ? [] : saidFaults(endpoint, readiness.includes(endpoint), wanted);
  });
  return faults.sort((a, b) => order.indexOf(a.reason) - order.indexOf(b.reason));
}

/** An endpoint out of reach, or one that says no more than any other path does. */
export function undecided({ endpoints, controls }: Health): Judgement<'catch-all'> | null {
  const lost = endpoints.find(({ failed }) => failed);
  if (lost?.failed) {
    const fix = `see why ${lost.url} cannot be reached from here`;
    return { status: 'error', reason: lost.failed.cause, because: `${lost.url}: ${lost.failed.because}`, fix };
  }
  const echo = endpoints.find(({ url, parts, json, overall }) => {
    const folder = url.slice(0, url.lastIndexOf('/') + 1);
    const control = controls.find(({ beside }) => beside === folder);
    return control?.status === 200 && parts.length === 0 && control.json === json && control.overall === overall;
  });
  if (!echo) return null;
  const because = `${echo.url} answers as a random path beside it does: whether it exists is not known`;
  return { status: 'unclear', reason: 'catch-all', because };
}
