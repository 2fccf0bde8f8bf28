import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BackupKeys, backupKeys, type DumpOptions, through, writeDump } from '../../fixtures/servers/dumps.ts';
import { type PostgresServer, startPostgres } from '../../fixtures/servers/postgres.ts';
import { readWhole } from '../../src/sources/backups/read.ts';
import { explained } from '../../src/sources/backups/words.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';

let folder: string;
let server: PostgresServer;
let keys: BackupKeys;
const cache = process.env.XDG_CACHE_HOME;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'svcheck-backups-'));
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  keys = await backupKeys();
  server = await startPostgres({
    database: 'sv_sdk',
    sql: [
      'CREATE SCHEMA audit',
      'CREATE TABLE users (id int PRIMARY KEY, email text)',
      "INSERT INTO users SELECT n, md5(n::text) || '@example.test' FROM generate_series(1, 20000) n",
      'CREATE TABLE audit.logs (id int, at timestamptz DEFAULT now())',
      'INSERT INTO audit.logs SELECT generate_series(1, 2000)',
      'CREATE TABLE "odd; name" (note text)',
      // What a careless reader takes for the end of the script.
      "INSERT INTO \"odd; name\" VALUES ('-- PostgreSQL database dump complete'), (E'a\\n\\\\.\\nb')",
      'CREATE DATABASE other',
    ],
  });
});
afterAll(async () => {
  if (cache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cache;
  await server.stop();
  await keys.close();
  await rm(folder, { recursive: true, force: true });
});

const today = () => new Date().toISOString().slice(0, 10);
let number = 0;

/** A folder with the one backup of today. */
async function folderWith(make: (path: string) => Promise<void>): Promise<string> {
  number += 1;
  const path = await mkdtemp(join(folder, `${number}-`));
  await make(join(path, `sv_sdk-${today()}.dump`));
  return path;
}

async function contentsOf(path: string, backups: Record<string, unknown> = {}, more: LookOptions = {}) {
  const settings = {
    backups: { source: { kind: 'folder', path, pattern: 'sv_sdk-*.dump' }, ...backups },
    ...more.settings,
  };
  const store = storeFor({ env: { DATABASE_URL: server.url() }, ...more, settings });
  try {
    const listing = await store.get('backups.listing');
    const contents = await store.get('backups.contents');
    if (listing.state !== 'known' || contents.state !== 'known') throw new Error(JSON.stringify([listing, contents]));
    const { backups: listed } = listing.value;
    return { listing: listing.value, backup: listed[0], contents: contents.value, file: contents.value.files[0] };
  } finally {
    await store.close();
  }
}

const dumpOf = (options: DumpOptions) => folderWith((path) => writeDump(server, path, { ...options, keys }));

const formats = ['plain', 'custom', 'tar', 'cluster'] as const;
const compressions = [undefined, 'gzip', 'zstd'] as const;
const encryptions = [undefined, 'age', 'age-armored', 'gpg', 'gpg-armored', 'openssl', 'openssl-base64'] as const;
const combinations = formats.flatMap((format) =>
  compressions.flatMap((compression) => encryptions.map((encryption) => ({ format, compression, encryption }))),
);
const told = {
  age: 'age',
  'age-armored': 'age',
  gpg: 'openpgp',
  'gpg-armored': 'openpgp',
  openssl: 'openssl',
  'openssl-base64': 'openssl',
};

describe('a whole dump is sound in every wrapping', () => {
  it.each(combinations)('$format, $compression, $encryption', async ({ format, compression, encryption }) => {
    const path = await dumpOf({
      format,
      ...(compression ? { compression } : {}),
      ...(encryption ? { encryption } : {}),
    });
    const { backup, file } = await contentsOf(path, encryption ? { decrypt: keys.decrypt(encryption) } : {});
    expect(backup?.head).toMatchObject(
      encryption
        ? { kind: 'encrypted', encryption: told[encryption], format: null }
        : { kind: 'dump', encryption: null, compression: compression ?? null, format },
    );
    expect(file).toMatchObject({ how: 'whole', outcome: 'sound', because: '', format, remembered: false });
    const own = file?.databases.find(({ name }) => name === (format === 'plain' ? null : 'sv_sdk'));
    expect(own?.tables).toBe(3);
  });

  it('a directory, with its files compressed and not', async () => {
    for (const args of [[], ['-Z0']]) {
      const path = await dumpOf({ format: 'directory', args });
      const { backup, file } = await contentsOf(path);
      expect(backup?.head).toMatchObject({ kind: 'dump', format: 'directory', databases: ['sv_sdk'], tables: 3 });
      expect(file).toMatchObject({ outcome: 'sound', format: 'directory', databases: [{ name: 'sv_sdk', tables: 3 }] });
    }
  });

  it('a plain dump with --create names its database; with --inserts its data count', async () => {
    const path = await dumpOf({ format: 'plain', args: ['--create', '--inserts'] });
    const { backup, file } = await contentsOf(path);
    expect(backup?.head).toMatchObject({ databases: ['sv_sdk'], closed: true });
    expect(file).toMatchObject({ outcome: 'sound', databases: [{ name: 'sv_sdk', tables: 3 }], likeness: null });
  });

  it('a plain dump that names none is compared with the live tables', async () => {
    const { file } = await contentsOf(await dumpOf({ format: 'plain' }));
    expect(file).toMatchObject({ databases: [{ name: null, tables: 3 }], likeness: { dumped: 3, shared: 3 } });
  });
});

describe('a dump that is not whole is damaged', () => {
  const wrapped = [
    { format: 'custom' },
    { format: 'plain' },
    { format: 'tar' },
    { format: 'plain', compression: 'gzip' },
    { format: 'custom', compression: 'zstd' },
    { format: 'custom', encryption: 'gpg' },
    { format: 'custom', encryption: 'openssl' },
    { format: 'plain', compression: 'gzip', encryption: 'age' },
  ] as const satisfies DumpOptions[];
  const cuts = wrapped.flatMap((options) => [0.3, 0.6, 0.95, 'last'].map((at) => ({ ...options, at })));

  it.each(cuts)('$format $compression $encryption cut at $at', async ({ at, ...options }) => {
    const path = await folderWith(async (file) => {
      await writeDump(server, file, { ...options, keys });
      const bytes = await readFile(file);
      // The last byte of a plain dump is a line's end, which nobody misses.
      const end =
        at === 'last'
          ? bytes.length - (options.format === 'plain' && !('compression' in options) ? 80 : 1)
          : bytes.length * Number(at);
      await writeFile(file, bytes.subarray(0, Math.floor(end)));
    });
    const encryption = 'encryption' in options ? options.encryption : undefined;
    const { file } = await contentsOf(path, encryption ? { decrypt: keys.decrypt(encryption) } : {});
    expect(file?.outcome).toBe('damaged');
    expect(file?.because).not.toBe('');
    expect(file?.fix).toMatch(/new backup/);
  });

  const flips = [
    { format: 'custom' },
    { format: 'plain', compression: 'gzip' },
    { format: 'plain', compression: 'zstd' },
    { format: 'custom', encryption: 'age' },
    { format: 'custom', encryption: 'openssl' },
    { format: 'custom', encryption: 'gpg' },
  ] as const satisfies DumpOptions[];
  it.each(flips)('$format $compression $encryption with a bit flipped in its second half', async (options) => {
    const path = await folderWith(async (file) => {
      await writeDump(server, file, { ...options, keys });
      const bytes = await readFile(file);
      const at = Math.floor(bytes.length * 0.8);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      await writeFile(file, bytes);
    });
    const encryption = 'encryption' in options ? options.encryption : undefined;
    const { file } = await contentsOf(path, encryption ? { decrypt: keys.decrypt(encryption) } : {});
    expect(file?.outcome).toBe('damaged');
  });

  it('a tar file of which a header is spoilt', async () => {
    const path = await folderWith(async (file) => {
      await writeDump(server, file, { format: 'tar' });
      const bytes = await readFile(file);
      const at = bytes.lastIndexOf('restore.sql');
      bytes[at + 2] = 0x58;
      await writeFile(file, bytes);
    });
    expect((await contentsOf(path)).file).toMatchObject({ outcome: 'damaged', because: expect.stringMatching(/tar/) });
  });

  it.each([
    ['emptied', (file: string) => writeFile(file, ''), /empty/],
    ['removed', (file: string) => rm(file), /missing/],
    ['cut', async (file: string) => writeFile(file, (await readFile(file)).subarray(0, 4000)), /./],
  ] as const)('a directory of which a file of data was %s', async (_how, spoil, because) => {
    for (const args of [[], ['-Z0']]) {
      const path = await dumpOf({ format: 'directory', args });
      const dump = join(path, `sv_sdk-${today()}.dump`);
      const toc = (await contentsOf(path)).file;
      expect(toc?.outcome).toBe('sound');
      const { readdir, stat } = await import('node:fs/promises');
      const sizes = await Promise.all(
        (await readdir(dump))
          .filter((name) => /^\d/.test(name))
          .map(async (name) => ({ name, size: (await stat(join(dump, name))).size })),
      );
      sizes.sort((a, b) => b.size - a.size);
      await spoil(join(dump, sizes[0]?.name ?? ''));
      expect((await contentsOf(path)).file).toMatchObject({
        outcome: 'damaged',
        because: expect.stringMatching(because),
      });
    }
  });
});

describe('what a dump holds', () => {
  it.each(['plain', 'custom', 'tar', 'directory'] as const)('schema only: %s', async (format) => {
    const { file } = await contentsOf(await dumpOf({ format, args: ['--schema-only'] }));
    expect(file).toMatchObject({ outcome: 'sound' });
    expect(file?.databases.map(({ tables }) => tables)).toEqual([0]);
  });

  it("another database's", async () => {
    const { file } = await contentsOf(await dumpOf({ database: 'other' }));
    expect(file?.databases).toEqual([{ name: 'other', tables: 0 }]);
  });

  it('is of a newer archive version than pg_restore', async () => {
    for (const options of [{}, { encryption: 'age' }, { format: 'tar' }] as const) {
      const path = await folderWith(async (file) => {
        await writeDump(server, file, { ...options, keys });
        let bytes: Buffer = await readFile(file);
        if ('encryption' in options) bytes = await through('age', keys.decrypt('age').slice(1), bytes);
        bytes[bytes.indexOf('PGDMP') + 6] = 99;
        if ('encryption' in options) bytes = await keys.encrypt('age', bytes);
        await writeFile(file, bytes);
      });
      const { file } = await contentsOf(path, 'encryption' in options ? { decrypt: keys.decrypt('age') } : {});
      expect(file).toMatchObject({
        outcome: 'unsupported',
        cause: 'wrong-protocol',
        because: expect.stringMatching(/version/),
      });
    }
  });
});

describe('an encrypted dump', () => {
  it('without a command is sealed', async () => {
    const { file } = await contentsOf(await dumpOf({ encryption: 'age' }));
    expect(file).toMatchObject({ outcome: 'sealed', fix: expect.stringContaining('backups.decrypt') });
  });

  it('is not decrypted without --allow-exec', async () => {
    const marker = join(folder, 'ran');
    const decrypt = ['sh', '-c', `touch ${marker}; cat`];
    const { file } = await contentsOf(await dumpOf({ encryption: 'age' }), { decrypt }, { allowExec: false });
    expect(file).toMatchObject({
      outcome: 'unread',
      cause: 'not-permitted',
      fix: expect.stringContaining('--allow-exec'),
    });
    await expect(readFile(marker)).rejects.toThrow('ENOENT');
  });

  it('with the wrong key', async () => {
    const decrypt = ['age', '-d', '-i', keys.wrongAge];
    const { file } = await contentsOf(await dumpOf({ encryption: 'age' }), { decrypt });
    expect(file).toMatchObject({ outcome: 'wrong-key', because: expect.stringMatching(/no identity matched/) });
  });

  it('with a command that fails, is not there, or gives something else', async () => {
    const path = await dumpOf({ encryption: 'age' });
    const of = async (decrypt: string[]) => (await contentsOf(path, { decrypt })).file;
    expect(await of(['sh', '-c', 'echo "cannot open /keys/backup.txt" >&2; exit 3'])).toMatchObject({
      outcome: 'undecrypted',
      because: 'the command ended with 3: cannot open /keys/backup.txt',
    });
    expect(await of(['no-such-program-here'])).toMatchObject({ outcome: 'unread', cause: 'not-permitted' });
    expect(await of(['echo', 'hello'])).toMatchObject({ outcome: 'unknown' });
    expect(await of(['cat'])).toMatchObject({ outcome: 'unknown' });
  });

  it('of which the command says a secret: one line, and that sealed', async () => {
    const secret = 'hunter2-of-the-backup';
    process.env.TEST_BACKUP_PASSPHRASE = secret;
    try {
      const decrypt = ['sh', '-c', 'echo "error: bad pass $TEST_BACKUP_PASSPHRASE" >&2; echo line two >&2; exit 1'];
      const { file } = await contentsOf(await dumpOf({ encryption: 'age' }), { decrypt });
      expect(file?.because).toBe('the command ended with 1: error: bad pass [secret]');
      const given = ['sh', '-c', 'echo "error: no such key: $1" >&2; exit 1', 'x', 'hunter2', `pass:hunter2`];
      const echoed = (await contentsOf(await dumpOf({ encryption: 'age' }), { decrypt: given })).file;
      expect(echoed?.because).toBe('the command ended with 1: error: no such key: [secret]');
    } finally {
      delete process.env.TEST_BACKUP_PASSPHRASE;
    }
  });

  it('with a command that hangs is given up when the time is over, and the command is gone', async () => {
    const pids = join(folder, 'pids');
    const decrypt = ['sh', '-c', `sleep 600 & echo $$ $! > ${pids}; wait`];
    const { file } = await contentsOf(await dumpOf({ encryption: 'age' }), { decrypt, verifyTimeout: '1s' });
    expect(file).toMatchObject({
      outcome: 'unread',
      cause: 'timeout',
      fix: expect.stringContaining('backups.verifyTimeout'),
    });
    for (const pid of (await readFile(pids, 'utf8')).trim().split(' '))
      await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('of other days: their heads are looked into, which tells a broken file from a wrong command', async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const path = await dumpOf({ encryption: 'age' });
    const file = join(path, `sv_sdk-${today()}.dump`);
    const bytes = await readFile(file);
    await writeFile(join(path, `sv_sdk-${yesterday}.dump`), bytes);
    bytes[400] = (bytes[400] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const { contents } = await contentsOf(path, { decrypt: keys.decrypt('age') });
    expect(contents.files.map(({ how, outcome }) => [how, outcome])).toEqual([
      ['whole', 'undecrypted'],
      ['head', 'sound'],
    ]);
    expect(contents.files[1]?.databases).toEqual([{ name: 'sv_sdk', tables: 3 }]);
  });
});

/** A zombie that nobody has waited for yet does not run. */
const isRunning = (pid: string): boolean =>
  /^[^Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', pid]).stdout.toString().trim());

describe('a program that is not here', () => {
  const without = async (path: string | undefined, look: () => Promise<void>) => {
    const before = process.env.PATH;
    process.env.PATH = path;
    try {
      await look();
    } finally {
      process.env.PATH = before;
    }
  };

  it('zstd: the file is listed, and not read', async () => {
    const path = await dumpOf({ compression: 'zstd' });
    await without('/nowhere', async () => {
      const { backup, file } = await contentsOf(path);
      expect(backup?.head).toMatchObject({ kind: 'compressed', compression: 'zstd', format: null });
      expect(file).toMatchObject({
        outcome: 'unread',
        cause: 'not-permitted',
        fix: expect.stringContaining('apt-get install zstd'),
      });
    });
  });

  it('pg_restore', async () => {
    for (const format of ['custom', 'tar'] as const) {
      const path = join(await dumpOf({ format }), `sv_sdk-${today()}.dump`);
      const pgRestore = '/nowhere/pg_restore';
      const outcome = await readWhole({
        path,
        decrypt: null,
        cwd: '/',
        pgRestore,
        signal: new AbortController().signal,
      });
      expect(outcome).toMatchObject({ outcome: 'unread', missing: 'pg_restore' });
      expect(explained(outcome, path)).toMatchObject({ fix: expect.stringContaining('postgresql-client') });
    }
  });
});

it('a backup that is being written is none yet', async () => {
  const path = await folderWith(async (file) => {
    await writeDump(server, file);
    await writeFile(file, (await readFile(file)).subarray(0, 9000));
  });
  const file = join(path, `sv_sdk-${today()}.dump`);
  const decrypt = ['sh', '-c', `echo more >> ${file}; cat`];
  // The command stands in for the backup job: while the file is read, it grows.
  await writeFile(file, await keys.encrypt('age', Buffer.from('half a dump')));
  expect((await contentsOf(path, { decrypt })).file).toMatchObject({ outcome: 'changing' });
});

describe('what was read whole', () => {
  it('is remembered by path, size, time and command', async () => {
    const path = await dumpOf({ encryption: 'age' });
    const log = join(folder, 'decrypts');
    const [program = '', ...words] = keys.decrypt('age');
    const decrypt = ['sh', '-c', `echo x >> ${log}; exec ${program} ${words.join(' ')}`];
    const first = await contentsOf(path, { decrypt });
    const second = await contentsOf(path, { decrypt });
    expect(await readFile(log, 'utf8')).toBe('x\n');
    expect(first.file?.remembered).toBe(false);
    expect(second.file).toEqual({ ...first.file, remembered: true });
    const file = join(path, `sv_sdk-${today()}.dump`);
    await writeFile(file, await readFile(file));
    expect((await contentsOf(path, { decrypt })).file?.remembered).toBe(false);
    const other = [...decrypt, 'again'];
    expect((await contentsOf(path, { decrypt: other })).file?.remembered).toBe(false);
  });

  it('is not, where it was damaged; nor is a spoilt memory believed', async () => {
    const path = await folderWith(async (file) => {
      await writeDump(server, file);
      await writeFile(file, (await readFile(file)).subarray(0, 9000));
    });
    expect((await contentsOf(path)).file).toMatchObject({ outcome: 'damaged', remembered: false });
    expect((await contentsOf(path)).file).toMatchObject({ outcome: 'damaged', remembered: false });
  });

  it('all of them with verify: all, none with verify: none', async () => {
    const path = await dumpOf({});
    const bytes = await readFile(join(path, `sv_sdk-${today()}.dump`));
    for (const back of [1, 2]) {
      const day = new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
      await writeFile(join(path, `sv_sdk-${day}.dump`), back === 2 ? bytes.subarray(0, 9000) : bytes);
    }
    const all = await contentsOf(path, { verify: 'all' });
    expect(all.contents.files.map(({ outcome }) => outcome)).toEqual(['sound', 'sound', 'damaged']);
    const newest = await contentsOf(path);
    expect(newest.contents.files).toHaveLength(1);
    const none = await contentsOf(path, { verify: 'none' });
    expect(none.contents.files).toEqual([]);
  });
});
