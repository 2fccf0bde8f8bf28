import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.ts';
import type { Look, Rules } from '../../src/core/check.ts';
import { pgRestores } from '../../src/sources/backups/programs.ts';
import {
  type BackupKeys,
  backupKeys,
  setTime,
  stamp,
  through,
  writeDump,
  writeSeries,
} from '../../fixtures/servers/dumps.ts';
import { type PostgresServer, startPostgres } from '../../fixtures/servers/postgres.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';

let folder: string;
let server: PostgresServer;
let keys: BackupKeys;
/** A custom dump, one of which the schema only is dumped, another database's, and the first one encrypted. */
let dump: string;
let schemaOnly: string;
let other: string;
let encrypted: string;
const cache = process.env.XDG_CACHE_HOME;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svcheck-backups-'));
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  keys = await backupKeys();
  server = await startPostgres({
    database: 'sv_sdk',
    sql: [
      'CREATE TABLE users (id int PRIMARY KEY, email text)',
      'INSERT INTO users SELECT n, md5(n::text) FROM generate_series(1, 3000) n',
      'CREATE DATABASE shop',
    ],
  });
  [dump, schemaOnly, other, encrypted] = ['whole', 'schema', 'other', 'encrypted'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  await writeDump(server, dump);
  await writeDump(server, schemaOnly, { args: ['--schema-only'] });
  await writeDump(server, other, { database: 'shop' });
  await writeFile(encrypted, await keys.encrypt('age', await readFile(dump)));
});
afterAll(async () => {
  if (cache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cache;
  await server.stop();
  await keys.close();
  await rm(folder, { recursive: true, force: true });
});

const DAY = 86_400_000;
const HOUR = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms);
let number = 0;
function empty(): string {
  number += 1;
  const path = join(folder, `source-${number}`);
  mkdirSync(path);
  return path;
}

/** Five weeks of daily backups, the newest an hour old; the names say the time. */
async function healthy(of = encrypted, name = (at: Date) => `sv_sdk-${stamp(at)}.dump`, newest = ago(HOUR)) {
  const path = empty();
  const paths = await writeSeries(of, path, { newest, name });
  return { path, paths, newest: paths[0] ?? '' };
}

const ids = [
  'backups.daily',
  'backups.retention',
  'backups.encrypted',
  'backups.off-site',
  'database.backups',
] as const;

/** What each line says of a source, `status: reasons` and its warnings. */
async function verdicts(path: string, backups: Record<string, unknown> = {}, more: LookOptions = {}) {
  const settings = {
    backups: {
      source: { kind: 'folder', path, pattern: 'sv_sdk-*.dump', host: 'backup-1' },
      decrypt: keys.decrypt('age'),
      ...backups,
    },
    ...more.settings,
  };
  const store = storeFor({ env: { DATABASE_URL: server.url() }, ...more, settings });
  try {
    const said = await Promise.all(ids.map(async (id) => [id, await verdict(id, store)] as const));
    return Object.fromEntries(said) as Record<(typeof ids)[number], string>;
  } finally {
    await store.close();
  }
}

async function verdict(id: string, store: ReturnType<typeof storeFor>): Promise<string> {
  const check = checks.find((one) => one.id === id);
  const look = check?.ways[0] as Look;
  const facts = new Map(
    await Promise.all([...look.needs, ...look.wants].map(async (name) => [name, await store.get(name)] as const)),
  );
  const lost = look.needs.map((name) => facts.get(name)).find((fact) => fact?.state !== 'known');
  if (lost) return `${lost.state}: ${lost.state === 'absent' ? lost.reason : lost.cause}`;
  const given = [...facts].map(([name, fact]) => [
    name,
    look.needs.includes(name) && fact.state === 'known' ? fact.value : fact,
  ]);
  const now = new Date();
  const rules: Rules<unknown> = {
    now,
    asOf: now,
    expect: check?.settings.parse({}),
    vantage: 'undeclared',
    goLive: null,
    target: 'test',
  };
  const judgement = look.judge(Object.fromEntries(given) as never, rules as never);
  const reasons = judgement.status === 'fail' ? judgement.reasons.join(' ') : judgement.reason;
  const warnings =
    'warnings' in judgement ? (judgement.warnings ?? []).map(({ reason }) => ` ~${reason}`).join('') : '';
  return `${judgement.status}: ${reasons}${warnings}`;
}

const well = {
  'backups.daily': 'pass: daily-backups',
  'backups.retention': 'pass: kept',
  'backups.encrypted': 'pass: encrypted',
  'backups.off-site': 'pass: declared-host ~not-seen',
  'database.backups': 'pass: daily-backups',
};

describe('a folder of daily encrypted backups', () => {
  it('passes', async () => {
    const { path } = await healthy();
    expect(await verdicts(path)).toEqual(well);
  });

  it('passes on dumps that are open, but for the encryption', async () => {
    const { path } = await healthy(dump);
    // All copies have one header: those of older days were not made when their names say.
    expect(await verdicts(path)).toEqual({
      ...well,
      'backups.daily': 'pass: daily-backups ~times-apart',
      'backups.encrypted': 'fail: plain',
    });
  });

  it('passes at any hour of a daily job, the minutes before the next one included', async () => {
    for (const hours of [0.1, 12, 23.9, 25.5]) {
      for (const name of [
        (at: Date) => `sv_sdk-${stamp(at)}.dump`,
        (at: Date) => `sv_sdk-${at.toISOString().slice(0, 10)}.dump`,
      ]) {
        const { path } = await healthy(encrypted, name, ago(hours * HOUR));
        expect(await verdicts(path), `${hours} h`).toEqual(well);
      }
    }
  });

  it('passes where a job around midnight writes twice on one day and not at all on the next', async () => {
    const path = empty();
    const midnight = Math.floor(Date.now() / DAY) * DAY;
    for (let back = 0; back < 33; back += 1) {
      const at = new Date(midnight - back * DAY + (back % 2 === 0 ? -3 : 3) * 60_000);
      await copyFile(encrypted, join(path, `sv_sdk-${stamp(at)}.dump`));
      await setTime(join(path, `sv_sdk-${stamp(at)}.dump`), at);
    }
    const said = await verdicts(path);
    const late = Date.now() - midnight > 26 * HOUR - 3 * 60_000;
    expect(said['backups.daily']).toBe(late ? 'fail: stale' : 'pass: daily-backups');
  });

  it('is unclear without the command, and so is only what depends on it', async () => {
    const { path } = await healthy();
    expect(await verdicts(path, { decrypt: undefined })).toEqual({
      ...well,
      'backups.daily': 'unclear: sealed',
      'database.backups': 'unclear: sealed',
    });
  });

  it('is an error where the command may not run, or hangs', async () => {
    const { path } = await healthy();
    const lines = (cause: string) => ({
      ...well,
      'backups.daily': `error: ${cause}`,
      'database.backups': `error: ${cause}`,
    });
    expect(await verdicts(path, {}, { allowExec: false })).toEqual(lines('not-permitted'));
    expect(await verdicts(path, { decrypt: ['sleep', '600'], verifyTimeout: '1s' })).toEqual(lines('timeout'));
    expect(await verdicts(path, { decrypt: ['age', '-d', '-i', keys.wrongAge] })).toEqual(lines('auth'));
  });

  it.each(['custom', 'plain', 'tar', 'directory'] as const)('passes as %s', async (format) => {
    const one = join(folder, `format-${format}`);
    await writeDump(server, one, { format });
    const { path } = await healthy(one);
    const said = await verdicts(path);
    expect(said['backups.daily']).toMatch(/^pass: daily-backups/);
    expect(said['database.backups']).toBe('pass: daily-backups');
    expect(said['backups.encrypted']).toBe('fail: plain');
  });
});

describe('what is wrong with one of them', () => {
  const spoilt = async (back: number, how: (file: string) => Promise<void>, of = encrypted) => {
    const { path, paths } = await healthy(of);
    const file = paths[back] ?? '';
    await how(file);
    // A backup that was spoilt keeps its time: what counts here is what is in it.
    await setTime(file, ago(HOUR + back * DAY)).catch(() => {});
    return verdicts(path);
  };
  const put = (bytes: string | (() => Promise<Buffer>)) => async (file: string) =>
    writeFile(file, typeof bytes === 'string' ? bytes : await bytes());
  const both = (reasons: string, ofDatabase = 'incomplete') => ({
    'backups.daily': expect.stringMatching(`^fail: ${reasons}`),
    'database.backups': `fail: ${ofDatabase}`,
  });

  it('the newest cut, encrypted and not', async () => {
    const cut = (of: string) => put(async () => (await readFile(of)).subarray(0, 9000));
    expect(await spoilt(0, cut(dump), dump)).toMatchObject(both('damaged'));
    // So small a file is one piece to age: nothing comes out, and that others are decrypted tells whose fault it is.
    expect(await spoilt(0, cut(encrypted))).toEqual({ ...well, ...both('undecryptable') });
  });

  it('one of them empty, newest or not', async () => {
    expect(await spoilt(0, put(''))).toEqual({ ...well, ...both('empty') });
    expect(await spoilt(3, put(''))).toEqual({ ...well, ...both('empty gap', 'incomplete gap') });
  });

  it('one of them missing', async () => {
    expect(await spoilt(4, (file) => rm(file))).toEqual({ ...well, ...both('gap', 'gap') });
  });

  it('the last two missing', async () => {
    const { path, paths } = await healthy();
    for (const file of paths.slice(0, 2)) await rm(file);
    expect(await verdicts(path)).toEqual({ ...well, ...both('stale', 'stale') });
  });

  it('another database, or the schema only, in the open and encrypted', async () => {
    for (const back of [0, 2]) {
      const gap = back === 0 ? '' : ' gap';
      expect(
        await spoilt(
          back,
          put(() => readFile(other)),
          dump,
        ),
      ).toMatchObject(both(`another-database${gap}`, `incomplete${gap}`));
      expect(
        await spoilt(
          back,
          put(() => readFile(schemaOnly)),
          dump,
        ),
      ).toMatchObject(both(`schema-only${gap}`, `incomplete${gap}`));
      const lock = async (file: string) => keys.encrypt('age', await readFile(file));
      expect(
        await spoilt(
          back,
          put(() => lock(other)),
        ),
      ).toEqual({ ...well, ...both(`another-database${gap}`, `incomplete${gap}`) });
      expect(
        await spoilt(
          back,
          put(() => lock(schemaOnly)),
        ),
      ).toEqual({ ...well, ...both(`schema-only${gap}`, `incomplete${gap}`) });
    }
  });

  it('a message of pg_dump instead of a dump, or bytes that are nothing', async () => {
    const error = 'pg_dump: error: connection to server at "db" failed\n';
    expect(await spoilt(0, put(error))).toEqual({ ...well, ...both('not-a-dump') });
    const noise = async () => Buffer.concat([Buffer.from([0, 1, 2, 3]), (await readFile(encrypted)).subarray(1000)]);
    expect(await spoilt(0, put(noise), dump)).toMatchObject(both('not-a-dump'));
  });

  it('a link to nothing', async () => {
    const lost = await spoilt(0, async (file) => {
      await rm(file);
      await symlink(join(folder, 'not-there'), file);
    });
    expect(lost).toEqual({ ...well, ...both('gone') });
  });

  it('a plain dump of another database, told by its tables', async () => {
    await server.query('CREATE TABLE only_here (id int)');
    const shop = await startPostgres({
      database: 'sv_sdk',
      sql: ['CREATE TABLE goods (id int)', 'CREATE TABLE prices (id int)'],
    });
    try {
      const [own, foreign] = [join(folder, 'own.sql'), join(folder, 'foreign.sql')];
      await writeDump(server, own, { format: 'plain' });
      await writeDump(shop, foreign, { format: 'plain' });
      const lines = (path: string) => verdicts(path);
      expect((await lines((await healthy(own)).path))['database.backups']).toBe('pass: daily-backups');
      expect(await lines((await healthy(foreign)).path)).toMatchObject({
        'backups.daily': expect.stringMatching('^fail: another-database'),
        'database.backups': 'fail: incomplete',
      });
    } finally {
      await shop.stop();
    }
  });

  it('much smaller than the others', async () => {
    const { path, paths } = await healthy();
    const small = await startPostgres({ database: 'sv_sdk', sql: 'CREATE TABLE users (id int)' });
    try {
      const file = join(folder, 'small.dump');
      await writeDump(small, file);
      await writeFile(paths[0] ?? '', await keys.encrypt('age', await readFile(file)));
      await setTime(paths[0] ?? '', ago(HOUR));
    } finally {
      await small.stop();
    }
    expect(await verdicts(path)).toEqual({ ...well, 'backups.daily': 'fail: collapsed' });
  });

  it('a date in the future', async () => {
    const { path } = await healthy();
    const ahead = ago(-3 * DAY);
    await copyFile(encrypted, join(path, `sv_sdk-${stamp(ahead)}.dump`));
    expect(await verdicts(path)).toEqual({ ...well, 'backups.daily': 'fail: future-date' });
  });

  it('not kept long enough, or one week lost', async () => {
    const { path, paths } = await healthy();
    for (const file of paths.slice(14, 26)) await rm(file);
    expect(await verdicts(path)).toEqual({ ...well, 'backups.retention': 'fail: week-missing' });
    for (const file of paths.slice(26)) await rm(file);
    expect((await verdicts(path))['backups.retention']).toBe('fail: too-short week-missing');
  });

  it('nothing at all, or no such folder', async () => {
    const none = {
      ...well,
      'backups.daily': 'fail: none',
      'backups.retention': 'fail: none',
      'backups.encrypted': 'fail: none',
    };
    expect(await verdicts(empty())).toEqual({
      ...none,
      'backups.off-site': 'fail: none',
      'database.backups': 'fail: none',
    });
    const lost = await verdicts(join(folder, 'not-there'));
    expect(new Set(Object.values(lost))).toEqual(new Set(['unreachable: malformed']));
  });
});

describe('what lies beside the backups', () => {
  it('is no backup: checksums, notes, folders, links to neighbours, pipes, what is being written', async () => {
    const { path, newest } = await healthy();
    for (const name of ['sv_sdk-README.dump', 'sv_sdk-2026.dump.sha256', 'sv_sdk-x.dump.part', '.sv_sdk-hidden.dump']) {
      await writeFile(join(path, name), 'a few words\n');
    }
    await mkdir(join(path, 'sv_sdk-old.dump'));
    await symlink(newest, join(path, 'sv_sdk-latest.dump'));
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(path, 'sv_sdk-pipe.dump')]);
    const source = { kind: 'folder', path, pattern: 'sv_sdk-*', host: 'backup-1' };
    expect(await verdicts(path, { source })).toEqual({ ...well, 'backups.daily': 'pass: daily-backups ~beside' });
    const { listing } = await listed(source);
    expect(listing).toMatchObject({ links: 1, others: 2 });
  });

  it("another database's dumps under names of their own are no fault", async () => {
    const { path } = await healthy(dump);
    await writeSeries(other, path, { newest: ago(HOUR), count: 8, name: (at) => `shop-${stamp(at)}.dump` });
    const source = { kind: 'folder', path, pattern: '*.dump', host: 'backup-1' };
    expect((await verdicts(path, { source }))['backups.daily']).toBe('pass: daily-backups ~times-apart ~beside');
  });

  it("another database's encrypted dumps, newer by minutes, are not taken for the newest", async () => {
    const { path } = await healthy();
    const shop = join(folder, 'shop.age');
    await writeFile(shop, await keys.encrypt('age', await readFile(other)));
    await writeSeries(shop, path, { newest: ago(HOUR / 2), count: 8, name: (at) => `shop-${stamp(at)}.dump` });
    const source = { kind: 'folder', path, pattern: '*.dump', host: 'backup-1' };
    expect(await verdicts(path, { source })).toEqual({ ...well, 'backups.daily': 'pass: daily-backups ~beside' });
  });

  it('a detached signature is not taken for a backup', async () => {
    const { path, newest } = await healthy();
    const words = ['--homedir', keys.gpgHome, '--batch', '--quiet', '--detach-sign'];
    await writeFile(`${newest}.sig`, await through('gpg', words, await readFile(newest)));
    const source = { kind: 'folder', path, pattern: 'sv_sdk-*', host: 'backup-1' };
    expect(await verdicts(path, { source })).toEqual(well);
  });
});

async function listed(source: Record<string, unknown>, more: LookOptions = {}) {
  const store = storeFor({ ...more, settings: { backups: { source } } });
  try {
    const fact = await store.get('backups.listing');
    if (fact.state !== 'known') throw new Error(JSON.stringify(fact));
    return { listing: fact.value, names: fact.value.backups.map(({ name }) => name) };
  } finally {
    await store.close();
  }
}

describe('the listing', () => {
  it('signed or stored OpenPGP is not encrypted', async () => {
    for (const words of [['--sign'], ['--store']]) {
      const { path, newest } = await healthy();
      const args = ['--homedir', keys.gpgHome, '--batch', '--quiet', ...words];
      await writeFile(newest, await through('gpg', args, await readFile(dump)));
      await setTime(newest, ago(HOUR));
      expect((await verdicts(path))['backups.encrypted']).toBe('fail: signed-only');
    }
  });

  it('goes into folders where the pattern does', async () => {
    const path = empty();
    for (const day of ['2026-11-23', '2026-11-24']) {
      await mkdir(join(path, day));
      await copyFile(dump, join(path, day, 'sv_sdk.dump'));
    }
    const { listing, names } = await listed({ kind: 'folder', path, pattern: '*/sv_sdk.dump' });
    expect(names.sort()).toEqual(['2026-11-23/sv_sdk.dump', '2026-11-24/sv_sdk.dump']);
    expect(listing.backups.map(({ day }) => day).sort()).toEqual(['2026-11-23', '2026-11-24']);
    expect((await listed({ kind: 'folder', path, pattern: '**/*.dump' })).names).toHaveLength(2);
    expect((await listed({ kind: 'folder', path })).names).toEqual([]);
  });

  it('takes a directory dump for one backup', async () => {
    const path = empty();
    await writeDump(server, join(path, 'sv_sdk-2026-11-24'), { format: 'directory' });
    const { listing } = await listed({ kind: 'folder', path, pattern: '**' });
    expect(listing.backups).toHaveLength(1);
    expect(listing.backups[0]).toMatchObject({
      name: 'sv_sdk-2026-11-24',
      head: { format: 'directory', databases: ['sv_sdk'] },
    });
  });

  it('says what may not be read', async () => {
    const { path, newest } = await healthy(dump);
    await chmod(folder, 0o755);
    await chmod(newest, 0);
    await asNobody(async () => {
      const { listing } = await listed({ kind: 'folder', path });
      expect(listing.backups[0]).toMatchObject({ state: 'unreadable', head: null });
      expect(await verdicts(path)).toMatchObject({
        'backups.daily': 'error: not-permitted',
        'backups.encrypted': 'error: not-permitted',
        'database.backups': 'error: not-permitted',
      });
    });
  });

  it('reads neither gzip bombs nor fifos to their end', async () => {
    const path = empty();
    const zeros = await through('gzip', ['-9'], Buffer.alloc(200_000_000));
    await writeFile(join(path, 'a-2026-11-24.gz'), zeros);
    const { listing } = await listed({ kind: 'folder', path });
    expect(listing.backups[0]?.head).toMatchObject({ kind: 'compressed', compression: 'gzip', format: null });
  });

  it('reduces 100,000 names, and still knows each day', async () => {
    const path = empty();
    const now = Date.now();
    // Hard links, for to write as many files takes half a minute; a file system allows 65,000 of one.
    const odd = join(folder, 'odd');
    await copyFile(encrypted, odd);
    for (let n = 0; n < 100_000; n += 1) {
      const at = new Date(now - n * 5 * 60_000);
      linkSync(n % 2 ? encrypted : odd, join(path, `sv_sdk-${at.toISOString().replace(/[:.]/g, '')}.dump`));
    }
    const { listing } = await listed({ kind: 'folder', path }, { limits: { timeoutMs: 30_000 } });
    expect(listing.matched).toBe(100_000);
    expect(listing.backups.length).toBeLessThanOrEqual(150);
    expect(new Set(listing.backups.map(({ day }) => day)).size).toBeGreaterThanOrEqual(35);
    expect(listing.backups.at(-1)?.at).toBe(listing.oldestAt);
  });

  it('is absent where no source is configured', async () => {
    const store = storeFor({});
    expect(await store.get('backups.listing')).toMatchObject({ state: 'absent', add: 'backups.source' });
    expect(await store.get('backups.contents')).toMatchObject({ state: 'absent', add: 'backups.source' });
    expect(await store.get('backups.place')).toMatchObject({ state: 'absent', add: 'backups.source' });
    await store.close();
  });
});

/** Root may read anything: the look is made as somebody who may not. */
async function asNobody(look: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return look();
  process.seteuid?.(65_534);
  try {
    await look();
  } finally {
    process.seteuid?.(0);
  }
}

describe('the place', () => {
  const placeOf = async (url: string | null, host?: string, more: LookOptions = {}) => {
    const source = { kind: 'folder', path: folder, ...(host ? { host } : {}) };
    const settings = {
      backups: { source },
      ...(url ? { postgres: { url, via: more.settings?.via ?? 'direct' } } : {}),
    };
    const store = storeFor({ ...more, settings });
    try {
      const fact = await store.get('backups.place');
      return fact.state === 'known' ? fact.value : fact;
    } finally {
      await store.close();
    }
  };

  it('is this machine for loopback, localhost, a socket and its own name', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '%2Fvar%2Frun%2Fpostgresql']) {
      expect(await placeOf(`postgres://u@${host}/db`)).toMatchObject({
        database: { reach: 'this-machine' },
        sameHost: null,
      });
    }
    expect(await placeOf('postgres://u@127.0.0.1/db', hostname())).toMatchObject({ sameHost: true });
    expect(await placeOf('postgres://u@127.0.0.1/db', 'backup-1')).toMatchObject({ sameHost: false });
  });

  it('is elsewhere for another address, and the same host by name or address', async () => {
    expect(await placeOf('postgres://u@203.0.113.9/db')).toMatchObject({ database: { reach: 'elsewhere' } });
    expect(await placeOf('postgres://u@203.0.113.9/db', '203.0.113.9')).toMatchObject({ sameHost: true });
    expect(await placeOf('postgres://u@DB.example.invalid/db', 'db.example.invalid.')).toMatchObject({
      sameHost: true,
    });
  });

  it('asks nobody without --live, and says that it does not know', async () => {
    const place = await placeOf('postgres://u@db.example.invalid/db', undefined, { live: false });
    expect(place).toMatchObject({ database: { reach: 'unknown' } });
  });

  it('is behind a proxy where that is declared', async () => {
    expect(await placeOf('postgres://u@127.0.0.1/db', undefined, { settings: { via: 'proxy' } })).toMatchObject({
      database: { reach: 'behind-proxy' },
    });
  });

  it('is absent without a database', async () => {
    expect(await placeOf(null)).toMatchObject({ state: 'absent', add: 'postgres.url' });
  });
});

it('pg_restore is taken from PATH first, then the newest of the places where systems have it', async () => {
  const path = empty();
  const at = (...parts: string[]) => join(path, ...parts);
  for (const name of ['9/bin', '17/bin', '16/bin', 'postgresql@18/bin', 'other/bin', 'mine']) {
    mkdirSync(at(name), { recursive: true });
    symlinkSync('/bin/true', at(name, 'pg_restore'));
  }
  expect(await pgRestores(`/nowhere:${at('mine')}`, [path])).toEqual([
    at('mine', 'pg_restore'),
    at('postgresql@18/bin', 'pg_restore'),
    at('17/bin', 'pg_restore'),
    at('16/bin', 'pg_restore'),
    at('9/bin', 'pg_restore'),
  ]);
  expect(await pgRestores('/nowhere', [at('nothing')])).toEqual([]);
});
