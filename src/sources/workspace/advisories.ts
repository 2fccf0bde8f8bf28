import { type Advisories, severities } from '../../facts/workspace.ts';
import { absent, type Found, type Gathering, known, LookFailed } from '../gathering.ts';
import { request } from '../http/request.ts';
import { type Advisory, applying, parseAdvisories } from './advisory.ts';
import { lockedFolder } from './dependencies.ts';
import type { Lock, Reached } from './lock/lock.ts';
import { type Registry, registryOf } from './registry.ts';

/** Names a request: with 500 a body stays near 20 KB. */
const CHUNK = 500;
const MAX_ANSWER = 8 * 1024 * 1024;
const LISTED = 50;
const PATH = '-/npm/v1/security/advisories/bulk';

/** Asks the registry which advisories apply to the locked versions of what production needs. */
export async function gatherAdvisories(gathering: Gathering): Promise<Found<Advisories>> {
  const { lock } = await lockedFolder(gathering);
  if ('noLock' in lock) return absent(lock.noLock.text, 'a lock file');
  const registry = await registryOf(gathering.target, gathering.signal);
  const all = versionsOf(lock);
  const names = [...all.keys()].filter((name) => !registry.otherScopes.has(name.split('/')[0] ?? '')).sort();
  if (names.length === 0) return absent('production needs no package that a registry knows', 'a lock file');
  const where = `POST ${new URL(PATH, registry.url).href}`;
  const found: Advisory[] = [];
  for (let at = 0; at < names.length; at += CHUNK) {
    gathering.progress(`advisories for ${names.length} packages`);
    const chunk = names.slice(at, at + CHUNK);
    const body = Object.fromEntries(chunk.map((name) => [name, [...(all.get(name) ?? [])].sort()]));
    found.push(...(await ask(gathering, registry, body, where)));
  }
  const advisories = await applying(found, all);
  const rank = (one: { severity: Advisory['severity'] }) => severities.indexOf(one.severity);
  const counts: Advisories['counts'] = {};
  for (const { severity } of advisories) counts[severity] = (counts[severity] ?? 0) + 1;
  return known(
    {
      registry: registry.url.href,
      asked: names.length,
      notAsked: all.size - names.length,
      tokenWithheld: registry.tokenWithheld,
      counts,
      first: advisories.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)).slice(0, LISTED),
    },
    where,
  );
}

function versionsOf({ lock, reached }: { lock: Lock; reached: Reached }) {
  const all = new Map<string, Set<string>>();
  for (const key of [...reached.production, ...reached.optional]) {
    const one = lock.packages.get(key);
    if (one?.version) all.set(one.name, (all.get(one.name) ?? new Set()).add(one.version));
  }
  return all;
}

async function ask(
  gathering: Gathering,
  registry: Registry,
  body: Record<string, readonly string[]>,
  where: string,
): Promise<Advisory[]> {
  const answer = await request(gathering, new URL(PATH, registry.url).href, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    ...(registry.token === null ? {} : { secretHeaders: { authorization: `Bearer ${registry.token}` } }),
    body: JSON.stringify(body),
    maxBytes: MAX_ANSWER,
  });
  const refused = refusal(answer.status, registry);
  if (refused) throw new LookFailed({ ...refused, where });
  const text = answer.body.toString('utf8');
  const parsed = answer.truncated ? null : parseAdvisories(text);
  if (parsed) return parsed;
  throw new LookFailed({
    cause: answer.truncated ? 'too-large' : 'malformed',
    because: answer.truncated
      ? `the answer about ${Object.keys(body).length} packages has more than ${MAX_ANSWER / 1024 / 1024} MB`
      : 'the answer is not that of an advisory service: no JSON of lists by package name, each with severity and range',
    fix: `see that ${registry.url.host} is a registry that serves advisories, or name one that does: registry.url`,
    where,
  });
}

/** Why an answer's status means that nothing was said; null for 200. */
function refusal(status: number, { url, tokenWithheld }: Registry) {
  if (status === 200) return null;
  const because = `${url.host} answered ${status} to the question for advisories`;
  if (status === 401 || status === 403) {
    const fix = tokenWithheld
      ? `let registry.token go there: --trust-host ${url.host}`
      : 'give a token that may ask: registry.token in svcheck.yaml';
    return { cause: 'auth' as const, because, fix };
  }
  if (status === 429) return { cause: 'rate-limited' as const, because, fix: 'run again later' };
  if (status >= 500) {
    const fix = 'run again when the registry is well';
    return { cause: 'refused' as const, because, fix, transient: status === 502 || status === 503 || status === 504 };
  }
  const fix = 'name a registry that serves advisories: registry.url in svcheck.yaml (some mirrors do not)';
  return { cause: 'not-permitted' as const, because, fix };
}
