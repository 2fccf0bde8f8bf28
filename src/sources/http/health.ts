import { randomBytes } from 'node:crypto';
import type { Health, HealthAnswer } from '../../facts/http.ts';
import { type Found, type Gathering, known, LookFailed, unreachable } from '../gathering.ts';

import { isHtml, parseContentType } from './fields.ts';
import { readHealth } from './health-body.ts';
import { fieldOf, redirectOf } from './look.ts';
import { type Answer, printable } from './request.ts';
import { askSite, noSite, siteOf } from './site.ts';

type Role = HealthAnswer['role'];
type Endpoint = { role: Role; url: URL };
type Control = Health['controls'][number];

const DEFAULTS = ['/health', '/health/live', '/health/ready'];
const MAX_BYTES = 64 * 1024;
const ACCEPT = 'application/json, application/health+json, */*;q=0.5';

/** The health endpoints, and beside each folder of them a path that cannot exist. */
export async function gatherHealth(gathering: Gathering): Promise<Found<Health>> {
  const asked = endpointsOf(gathering);
  if (!asked) return noSite();
  const controls = new Map(asked.map(({ url }) => [folderOf(url).href, folderOf(url)]));
  const [endpoints, besides] = await Promise.all([
    Promise.all(asked.map((endpoint) => lookAtEndpoint(gathering, endpoint))),
    Promise.all([...controls.values()].map((folder) => lookBeside(gathering, folder))),
  ]);
  const failed = endpoints.flatMap(({ failed: one }) => one ?? []);
  const where = endpoints.map(({ url }) => `GET ${url}`).join(', ');
  const [first] = failed;
  if (first && failed.length === endpoints.length && besides.every(({ status }) => status === null)) {
    return unreachable({
      ...first,
      fix: 'see that the health endpoints (site.health) can be reached from here',
      where,
    });
  }
  const { instances } = gathering.target.settings;
  return known({ endpoints, controls: besides, instances: instances ?? null }, where);
}

/** Null where a path has no site to stand on. */
function endpointsOf(gathering: Gathering): Endpoint[] | null {
  const { health = DEFAULTS } = gathering.target.settings.site;
  const site = siteOf(gathering);
  const list: [Role, string][] = Array.isArray(health)
    ? health.map((path) => [roleOf(path), path])
    : (['summary', 'live', 'ready'] as const).flatMap((role) => {
        const path = health[role];
        return path === undefined ? [] : [[role, path] as [Role, string]];
      });
  const endpoints = list.flatMap(([role, path]) => {
    const base = site?.url.href;
    return URL.canParse(path, base) ? [{ role, url: new URL(path, base) }] : [];
  });
  return endpoints.length === list.length && endpoints.length > 0 ? endpoints : null;
}

const roleOf = (path: string): Role => (/live/i.test(path) ? 'live' : /ready/i.test(path) ? 'ready' : 'summary');

async function lookAtEndpoint(gathering: Gathering, { role, url }: Endpoint): Promise<HealthAnswer> {
  const found = await ask(gathering, url);
  const base = { role, url: printable(url) };
  if ('cause' in found) {
    const failed = { cause: found.cause, because: found.because };
    const nothing = { status: null, ms: null, contentType: null, html: false, location: null };
    return { ...base, failed, ...nothing, json: false, overall: null, parts: [] };
  }
  const { type } = parseContentType(fieldOf(found, 'content-type')[0]);
  const location = redirectOf({ answer: found, url });
  return {
    ...base,
    status: found.status,
    failed: null,
    ms: Math.round(found.ms),
    contentType: type,
    html: isHtml(type),
    location: location && printable(location),
    ...readHealth(found.body.toString('utf8')),
  };
}

/** `/health/live` and `/health/ready` lie in the folder `/health/`, `/health` in `/`. */
function folderOf(url: URL): URL {
  const folder = new URL('.', url);
  folder.search = '';
  return folder;
}

async function lookBeside(gathering: Gathering, folder: URL): Promise<Control> {
  const found = await ask(gathering, new URL(`svcheck-${randomBytes(6).toString('hex')}`, folder));
  const beside = printable(folder);
  if ('cause' in found) return { beside, status: null, html: false, json: false, overall: null };
  const { type } = parseContentType(fieldOf(found, 'content-type')[0]);
  const { json, overall } = readHealth(found.body.toString('utf8'));
  return { beside, status: found.status, html: isHtml(type), json, overall };
}

async function ask(gathering: Gathering, url: URL): Promise<Answer | LookFailed['outcome']> {
  try {
    const timeoutMs = Math.round(gathering.timeoutMs * 0.8);
    return await askSite(gathering, url, { accept: ACCEPT, maxBytes: MAX_BYTES, timeoutMs });
  } catch (error) {
    if (error instanceof LookFailed) return error.outcome;
    throw error;
  }
}
