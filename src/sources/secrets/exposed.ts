import { randomBytes } from 'node:crypto';
import type { Facts } from '../../facts/index.ts';
import { scanEnv } from '../../config/env-scan.ts';
import { type Found, type Gathering, known, unreachable } from '../gathering.ts';
import { whenReached } from '../http/connection.ts';
import { lookAt, type Seen } from '../http/look.ts';
import { printable } from '../http/request.ts';
import { asGet, type Site } from '../http/site.ts';

type Exposed = Facts['secrets.exposed'];

/** Enough to tell what a file is. */
const BYTES = 64 * 1024;
const ALL = 0.95;

/** Names that deployments leave where the web server finds them, `HOST` for the site's own. */
const paths: readonly string[] = [
  '/.env',
  '/.env.production',
  '/.env.local',
  '/.env.bak',
  '/.git/HEAD',
  '/.git/config',
  '/backup.sql',
  '/dump.sql',
  '/database.sql',
  '/db.sql',
  '/HOST.sql',
  '/backup.sql.gz',
  '/dump.sql.gz',
  '/backup.zip',
  '/HOST.zip',
  '/backup.tar.gz',
  '/database.sqlite',
];

/** Asks the site for files that nobody should be able to fetch, and for random paths beside them. */
export async function gatherExposed(gathering: Gathering): Promise<Found<Exposed>> {
  const ends = performance.now() + gathering.timeoutMs * ALL;
  return whenReached(gathering, async (site) => {
    gathering.progress(`${site.url.host}: files that should not be served`);
    const ask = (path: string) => lookAt(gathering, 'not-found', new URL(path, site.url), { maxBytes: BYTES }, ends);
    const random = randomBytes(6).toString('hex');
    const controls: Seen[] = [];
    for (const path of [`/.env.${random}`, `/.git-${random}/HEAD`, `/${random}.sql`, `/${random}.zip`]) {
      const control = await ask(path);
      if (!('cause' in control)) controls.push(control);
    }
    // A site that answers all paths alike answers these so too.
    const everywhere = new Set(controls.map(contentOf).filter((what) => what !== null));
    const served: Exposed['served'] = [];
    const missed: string[] = [];
    for (const path of paths) {
      const one = await ask(path.replace('HOST', site.url.hostname));
      if ('cause' in one) missed.push(one.because);
      else {
        const what = contentOf(one);
        if (what !== null && !everywhere.has(what)) served.push({ url: printable(one.url), what });
      }
    }
    return outcome(site, { asked: paths.length, missed: missed.length, served }, controls.length, missed[0]);
  });
}

function outcome(site: Site, fact: Exposed, controls: number, because: string | undefined): Found<Exposed> {
  if (controls > 0 && fact.missed < fact.asked) return known(fact, `${asGet(site.url)}.env and ${fact.asked - 1} more`);
  return unreachable({
    cause: 'malformed',
    because: because ?? 'no random path of the site answers, so nothing can be compared with one',
    fix: 'see whether something before the site drops such requests, and look past it',
    where: asGet(site.url),
  });
}

/** What a body is, by its content; null where it is nothing that has to be kept back. */
function contentOf({ answer }: Seen): string | null {
  if (answer.status !== 200 && answer.status !== 206) return null;
  const text = answer.body.toString('latin1');
  if (/^\s*(?:<!doctype html|<html|<head|<body)/i.test(text)) return null;
  if (/^(?:ref: refs\/\S+|[0-9a-f]{40}|[0-9a-f]{64})\s*$/.test(text)) return "a git repository's HEAD";
  if (/^\[core\]\s*$/m.test(text)) return "a git repository's settings";
  if (/^(?:--|\/\*).{0,40}(?:PostgreSQL|MySQL|MariaDB|SQLite).{0,20}dump/im.test(text) || text.startsWith('PGDMP'))
    return 'a database dump';
  if (/^\s*(?:CREATE TABLE|INSERT INTO|COPY \S+ (?:\(.*\) )?FROM stdin)\b/im.test(text)) return 'a database dump';
  if (text.startsWith('SQLite format 3\0')) return 'a database';
  if (/^(?:PK\x03\x04|\x1f\x8b\x08)/.test(text)) return 'an archive';
  return isEnv(text) ? 'an env file' : null;
}

/** Mostly assignments to names in capitals, as env files have them and hardly anything else. */
function isEnv(text: string): boolean {
  const { assignments, malformed } = scanEnv(text.slice(0, BYTES));
  const named = assignments.filter(({ key }) => /^[A-Z][A-Z0-9_]{2,}$/.test(key)).length;
  return named > 0 && named >= assignments.length / 2 && malformed.length <= named / 4;
}
