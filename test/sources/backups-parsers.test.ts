import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../src/sources/backups/archive.ts';
import { recognise } from '../../src/sources/backups/bytes.ts';
import { tellingLine } from '../../src/sources/backups/child.ts';
import { volumeOf } from '../../src/sources/backups/mounts.ts';
import { openPgpOf } from '../../src/sources/backups/openpgp.ts';
import { compilePattern } from '../../src/sources/backups/pattern.ts';
import { PlainScan } from '../../src/sources/backups/plain.ts';
import { TarWalk } from '../../src/sources/backups/tar.ts';
import { dateInName, shapeOf, timingOf } from '../../src/sources/backups/times.ts';

const bytes = (...values: number[]) => Buffer.from(values);
const anyBytes = fc.uint8Array({ maxLength: 4000 }).map((array) => Buffer.from(array));

describe('a pattern', () => {
  it.each([
    ['sv_sdk-*.dump*', 'sv_sdk-2026-11-24.dump.age', true],
    ['sv_sdk-*.dump*', 'sv_sdk.dump', false],
    ['*', 'anything', true],
    ['*', '.hidden', false],
    ['.h*', '.hidden', true],
    ['*', 'sub/file', false],
    ['*/*.dump', 'sub/file.dump', true],
    ['**/*.dump', 'file.dump', true],
    ['**/*.dump', 'a/b/c/file.dump', true],
    ['**', 'a/b', true],
    ['db-?.sql', 'db-1.sql', true],
    ['db-?.sql', 'db-12.sql', false],
    ['db-[0-9].sql', 'db-7.sql', true],
    ['db-[!0-9].sql', 'db-7.sql', false],
    ['db-[.sql', 'db-[.sql', true],
    ['db.{sql,dump}.{gz,zst}', 'db.dump.zst', true],
    ['db.{sql,dump}.gz', 'db.txt.gz', false],
    ['db.{sql', 'db.{sql', true],
    ['./db.*', 'db.sql', true],
    ['(a+)+$', '(a+)+$', true],
    ['a.b', 'axb', false],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(compilePattern(pattern).matches(name.split('/'))).toBe(expected);
  });

  it('says which folders may lead to a match', () => {
    const { mayLead } = compilePattern('20*/sv-*.dump');
    expect(mayLead(['2026'])).toBe(true);
    expect(mayLead(['old'])).toBe(false);
    expect(mayLead(['2026', 'sv-1.dump'])).toBe(false);
    expect(compilePattern('**/x').mayLead(['a', 'b'])).toBe(true);
  });

  it('takes whatever is written, in a time that does not explode', () => {
    compilePattern('*a'.repeat(200)).matches(['a'.repeat(5000)]);
    compilePattern('{a,b}'.repeat(30)).matches(['a'.repeat(30)]);
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, name) => {
        compilePattern(pattern).matches([name]);
      }),
    );
  });
});

describe('the date in a name', () => {
  it.each([
    ['sv_sdk-2026-11-24.dump', '2026-11-24T00:00:00.000Z', 'day', false],
    ['sv_sdk-20261124.dump.gz', '2026-11-24T00:00:00.000Z', 'day', false],
    ['sv_sdk_2026_11_24.sql', '2026-11-24T00:00:00.000Z', 'day', false],
    ['sv_sdk-2026-11-24T0203Z.dump', '2026-11-24T02:03:00.000Z', 'minute', true],
    ['sv_sdk-2026-11-24T02:03:04Z.dump', '2026-11-24T02:03:04.000Z', 'minute', true],
    ['sv_sdk-2026-11-24T02-03-04+0200.dump', '2026-11-24T00:03:04.000Z', 'minute', true],
    ['sv_sdk-2026-11-24_02-03-04.dump', '2026-11-24T02:03:04.000Z', 'minute', false],
    ['20261124020304.sql', '2026-11-24T02:03:04.000Z', 'minute', false],
    ['2026-11-24 02h03m.sql', '2026-11-24T02:03:00.000Z', 'minute', false],
    ['2026-11-24/sv_sdk.dump', '2026-11-24T00:00:00.000Z', 'day', false],
    ['archive-2025-01-01/sv-2026-11-24.dump', '2026-11-24T00:00:00.000Z', 'day', false],
    ['sv-1795485600.dump', '2026-11-24T02:00:00.000Z', 'minute', true],
    ['sv-1795485600123.dump', '2026-11-24T02:00:00.000Z', 'minute', true],
    ['pg15-2026-11-24-17.dump', '2026-11-24T00:00:00.000Z', 'day', false],
  ])('%s', (name, instant, precision, zoned) => {
    const found = dateInName(name);
    expect(found && { ...found, instant: found.instant.toISOString() }).toEqual({
      day: '2026-11-24',
      instant,
      precision,
      zoned,
    });
  });

  it.each(['sv_sdk.dump', 'sv-2026-13-24.dump', 'sv-2026-02-30.dump', 'sv-120261124.dump', 'sv-12.dump', 'v1.2.3'])(
    '%s has none',
    (name) => expect(dateInName(name)).toBeNull(),
  );
});

describe('the time of a backup', () => {
  const clock = { year: 2026, month: 11, day: 24, hour: 2, minute: 0, second: 5 };
  const local = new Date(2026, 10, 24, 2, 0, 5);
  const at = (text: string) => new Date(text);

  it('is the name, then the header, then the file', () => {
    const name = dateInName('2026-11-24T0200Z');
    expect(timingOf(name, clock, at('2026-11-24T02:01:00Z'))).toMatchObject({
      at: '2026-11-24T02:00:00.000Z',
      timeFrom: 'name',
      exact: true,
    });
    expect(timingOf(null, clock, at('2026-11-25T09:00:00Z'))).toMatchObject({
      at: local.toISOString(),
      timeFrom: 'header',
      exact: false,
    });
    expect(timingOf(null, null, at('2026-11-24T02:01:00Z'))).toEqual({
      day: '2026-11-24',
      at: '2026-11-24T02:01:00.000Z',
      timeFrom: 'file',
      exact: true,
      apartHours: null,
    });
  });

  it('takes the hour of a day from the file, if that is of this day or of the night after', () => {
    const name = dateInName('2026-11-24');
    expect(timingOf(name, null, at('2026-11-24T23:30:00Z'))).toMatchObject({
      at: '2026-11-24T23:30:00.000Z',
      day: '2026-11-24',
      exact: true,
    });
    expect(timingOf(name, null, at('2026-11-25T03:00:00Z'))).toMatchObject({ at: '2026-11-25T03:00:00.000Z' });
    expect(timingOf(name, null, at('2026-11-25T12:00:00Z'))).toMatchObject({
      at: '2026-11-24T00:00:00.000Z',
      exact: false,
    });
  });

  it('takes an hour without a zone for what it can be', () => {
    const name = dateInName('2026-11-24_0200');
    expect(timingOf(name, null, at('2026-11-24T10:00:00Z'))).toMatchObject({ at: '2026-11-24T10:00:00.000Z' });
    expect(timingOf(name, null, at('2026-11-25T10:00:00Z'))).toMatchObject({ at: '2026-11-24T02:00:00.000Z' });
  });

  it('tells how far the times are apart', () => {
    const file = at('2026-11-26T02:00:00Z');
    expect(timingOf(dateInName('2026-11-24T0200Z'), null, file).apartHours).toBe(48);
    expect(timingOf(dateInName('2026-11-24'), null, file).apartHours).toBe(26);
    expect(timingOf(dateInName('2026-11-24'), null, at('2026-11-24T23:00:00Z')).apartHours).toBe(0);
  });
});

it('what changes from run to run is left out of the shape of a name', () => {
  const same = (...names: string[]) => expect(new Set(names.map(shapeOf)).size, names.join()).toBe(1);
  same('sv_sdk-2026-11-24T0200Z.dump.age', 'sv_sdk-20261123.dump.age');
  same('sv_sdk-Mon.dump', 'sv_sdk-Tue.dump', 'sv_sdk-sunday.dump');
  same('b-3f2a91c0.dump', 'b-77aa01ff.dump');
  expect(shapeOf('sv_sdk-2026-11-24.dump')).toBe('sv_sdk-#.dump');
  expect(shapeOf('sv_sdk-2026-11-24.dump.sha256')).not.toBe(shapeOf('sv_sdk-2026-11-24.dump'));
  expect(shapeOf('other-2026-11-24.dump')).not.toBe(shapeOf('sv_sdk-2026-11-24.dump'));
});

describe('OpenPGP by its packets', () => {
  const pkesk = Buffer.concat([bytes(0xc1, 12, 3), Buffer.alloc(11)]);
  const skesk = Buffer.concat([bytes(0xc3, 13, 4), Buffer.alloc(12)]);
  const seipd = bytes(0xd2, 0xe1, 1, 9, 9, 9);
  const literal = bytes(0xcb, 20, 0x62);
  const onePass = bytes(0xc4, 13, 3);
  const marker = bytes(0xca, 3, 0x50, 0x47, 0x50);

  it.each([
    ['a session key, then encrypted data', [pkesk, seipd], 'encrypted'],
    ['two keys and a passphrase', [marker, pkesk, pkesk, skesk, seipd], 'encrypted'],
    ['encrypted data without a session key', [seipd], null],
    ['a session key that leads to readable data', [pkesk, literal], null],
    ['a session key and nothing after it', [pkesk], null],
    ['a literal packet', [literal], 'open'],
    ['signed in one pass', [onePass, Buffer.alloc(12), literal], 'open'],
    ['compressed', [bytes(0xa3, 1, 0xed)], 'open'],
    ['a detached signature', [Buffer.concat([bytes(0xc2, 10, 4), Buffer.alloc(9)])], 'signature'],
    ['something else', [bytes(0xff, 0xff, 0, 0, 0, 1, 0)], null],
    ['text', [Buffer.from('hello')], null],
  ])('%s', (_what, packets, expected) => {
    const message = Buffer.concat(packets);
    expect(openPgpOf(message, true)).toBe(expected);
    const armored = `-----BEGIN PGP MESSAGE-----\nVersion: x\n\n${message.toString('base64')}\n=abcd\n-----END PGP MESSAGE-----\n`;
    if (expected === 'encrypted') expect(openPgpOf(Buffer.from(armored), true)).toBe('encrypted');
  });

  it('takes any bytes', () => {
    fc.assert(fc.property(anyBytes, fc.boolean(), (head, whole) => void openPgpOf(head, whole)));
  });
});

describe('an archive', () => {
  const int = (value: number) => {
    const buffer = Buffer.alloc(5);
    buffer[0] = value < 0 ? 1 : 0;
    buffer.writeUInt32LE(Math.abs(value), 1);
    return buffer;
  };
  const text = (value: string | null) =>
    value === null ? int(-1) : Buffer.concat([int(Buffer.byteLength(value)), Buffer.from(value)]);
  const head = (minor: number) =>
    Buffer.concat([
      Buffer.from('PGDMP'),
      bytes(1, minor, 0, 4, 8, 1),
      minor >= 15 ? bytes(1) : int(-1),
      ...[5, 0, 2, 24, 10, 126, 0].map(int),
      text('sv_sdk'),
      text('17.2'),
      text('17.2'),
    ]);
  const entry = (minor: number, description: string, tag: string) =>
    Buffer.concat([
      int(9),
      int(1),
      text('0'),
      text('16385'),
      text(tag),
      text(description),
      int(3),
      text(''),
      text(''),
      text('COPY x FROM stdin;'),
      text('public'),
      text(''),
      ...(minor >= 14 ? [text('heap')] : []),
      ...(minor >= 16 ? [int(114)] : []),
      text('owner'),
      text('false'),
      text('12'),
      text(null),
      bytes(2, 1, 2, 3, 4, 5, 6, 7, 8),
    ]);

  // Versions by release: 1.13 to PostgreSQL 11, 1.14 to 15, 1.15 is 16, 1.16 is 17 and 18.
  it.each([13, 14, 15, 16])('of version 1.%i', (minor) => {
    const archive = Buffer.concat([
      head(minor),
      int(3),
      entry(minor, 'TABLE', 'users'),
      entry(minor, 'TABLE DATA', 'users'),
      entry(minor, 'TABLE DATA', 'orders'),
    ]);
    expect(readArchive(archive)).toEqual({
      head: {
        version: `1.${minor}`,
        format: 'custom',
        created: { year: 2026, month: 11, day: 24, hour: 2, minute: 0, second: 5 },
        database: 'sv_sdk',
        serverVersion: '17.2',
      },
      data: [
        { table: 'public.users', file: null, copy: true },
        { table: 'public.orders', file: null, copy: true },
      ],
      done: true,
    });
    const cut = readArchive(archive.subarray(0, archive.length - 40));
    expect(cut).toMatchObject({ data: [{ table: 'public.users' }], done: false });
    expect(readArchive(archive.subarray(0, 20))).toBe('short');
  });

  it('of a version that nobody knows yet, or that is none', () => {
    expect(readArchive(Buffer.concat([Buffer.from('PGDMP'), bytes(1, 99, 0, 4, 8, 1)]))).toBe('newer');
    expect(readArchive(Buffer.concat([Buffer.from('PGDMP'), bytes(0, 9, 0, 4, 8, 1)]))).toBe('bad');
    expect(readArchive(Buffer.concat([Buffer.from('PGDMP'), bytes(1, 14, 0, 0, 8, 1)]))).toBe('bad');
  });

  it('takes any bytes, and no length for granted', () => {
    const start = head(14);
    fc.assert(
      fc.property(anyBytes, (rest) => {
        readArchive(Buffer.concat([start, rest]));
        readArchive(Buffer.concat([Buffer.from('PGDMP'), bytes(1, 16, 0, 4, 8, 1), rest]));
      }),
    );
  });
});

describe('a plain dump', () => {
  const scan = (script: string, size = 1 << 20) => {
    const one = new PlainScan();
    const all = Buffer.from(script);
    for (let at = 0; at < all.length; at += size) one.feed(all.subarray(at, at + size));
    return one.end();
  };
  const begin = '--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n';
  const data = (name: string) =>
    `--\n-- Data for Name: ${name}; Type: TABLE DATA; Schema: public; Owner: x\n--\n\nCOPY public.${name} (id) FROM stdin;\n1\n\\.\n\n`;
  const end = '--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n';

  it.each([1, 7, 1 << 20])('in pieces of %i bytes', (size) => {
    expect(scan(`${begin}${data('users')}${data('orders')}${end}`, size)).toEqual({
      databases: [{ name: null, tables: 2 }],
      tables: ['public.users', 'public.orders'],
      closed: true,
    });
  });

  it('is not closed by a row of data, nor by what is not the end', () => {
    const row = 'COPY public.t (x) FROM stdin;\n-- PostgreSQL database dump complete\n';
    expect(scan(`${begin}${row}`).closed).toBe(false);
    expect(scan(`${begin}${row}\\.\n`).closed).toBe(false);
    expect(scan(`${begin}${end}SELECT 1;\n`).closed).toBe(false);
    expect(scan(`${begin}${end}${data('x')}`).closed).toBe(false);
    expect(scan(`${begin}${data('users')}`).closed).toBe(false);
    expect(scan(begin + end).closed).toBe(true);
  });

  it('has no data only where it has none', () => {
    expect(scan(begin + end).databases).toEqual([{ name: null, tables: 0 }]);
  });

  it('names the databases it connects to', () => {
    const script = `\\connect template1\n${begin}${end}\\connect sv_sdk\n${data('a')}${end}\\connect -reuse-previous=on "dbname='it\\'s \\\\odd'"\n${data('b')}${data('c')}${end}`;
    expect(scan(script).databases).toEqual([
      { name: 'template1', tables: 0 },
      { name: 'sv_sdk', tables: 1 },
      { name: "it's \\odd", tables: 2 },
    ]);
  });

  it('with lines without an end keeps a bound', () => {
    const one = new PlainScan();
    for (let n = 0; n < 2000; n += 1) one.feed(Buffer.alloc(4096, 0x78));
    one.feed(Buffer.from(`\n${end}`));
    expect(one.end().closed).toBe(true);
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(anyBytes, (any) => {
        const one = new PlainScan();
        one.feed(any);
        one.end();
      }),
    );
  });
});

describe('the first bytes', () => {
  it.each([
    ['-- PostgreSQL database dump\n', { kind: 'dump', format: 'plain' }],
    ['--\r\n-- PostgreSQL database dump\r\n', { kind: 'dump', format: 'plain' }],
    ['--\n-- PostgreSQL database cluster dump\n', { kind: 'dump', format: 'cluster' }],
    ['pg_dump: error: connection to server failed', { kind: 'text', format: null }],
    ['<!DOCTYPE html>', { kind: 'text' }],
    ['age-encryption.org/v1\n-> X25519 abc', { kind: 'encrypted', encryption: 'age' }],
    ['age-encryption.org/v1', { kind: 'text', encryption: null }],
    ['Salted__12345678 and a block of it', { kind: 'encrypted', encryption: 'openssl' }],
    ['Salted__ caramel', { kind: 'text', encryption: null }],
    ['BZh91AY&SY', { kind: 'compressed', compression: 'bzip2' }],
    ['\u0000\u0001\u0002', { kind: 'binary' }],
  ])('%j', (head, expected) => expect(recognise(Buffer.from(head), true)).toMatchObject(expected));

  it('of a table of contents alone are no dump', () => {
    expect(recognise(Buffer.concat([Buffer.from('PGDMP'), bytes(1, 14, 0, 4, 8, 3, 0)]), false).kind).not.toBe('dump');
  });

  it('take any bytes', () => {
    fc.assert(
      fc.property(anyBytes, (head) => {
        recognise(head, true);
        new TarWalk().feed(head);
      }),
    );
  });
});

describe('the volume of a folder', () => {
  const mounts = [
    '27 1 0:29 / / rw,relatime - overlay overlay rw',
    '40 27 8:1 / /data rw - ext4 /dev/sda1 rw',
    '41 27 0:50 / /backups rw - nfs4 nas.example.com:/export/backups rw',
    '42 27 0:51 / /mnt/my\\040share rw - cifs //files/backups rw',
    '43 27 0:52 / /mnt/ssh rw - fuse.sshfs me@backup-1:/srv rw',
    '44 27 0:53 / /mnt/s3 rw - fuse.s3fs s3fs rw',
    '45 27 0:54 / /mnt/host rw - virtiofs share rw',
    '46 27 0:55 / /mnt/v6 rw - nfs [fd00::5]:/x rw',
    '47 40 0:56 / /data/nested rw - nfs4 deep:/x rw',
  ].join('\n');
  it.each([
    ['/home', 'local', 'overlay', null],
    ['/data/backups', 'local', 'ext4', null],
    ['/database', 'local', 'overlay', null],
    ['/backups/daily', 'network', 'nfs4', 'nas.example.com'],
    ['/mnt/my share/x', 'network', 'cifs', 'files'],
    ['/mnt/ssh', 'network', 'fuse.sshfs', 'backup-1'],
    ['/mnt/s3/x', 'network', 'fuse.s3fs', null],
    ['/mnt/host', 'unknown', 'virtiofs', null],
    ['/mnt/v6', 'network', 'nfs', 'fd00::5'],
    ['/data/nested/a', 'network', 'nfs4', 'deep'],
  ])('%s', (path, kind, type, server) => expect(volumeOf(mounts, path)).toEqual({ kind, type, server }));

  it('is unknown where nothing tells', () => {
    expect(volumeOf('', '/x')).toEqual({ kind: 'unknown', type: null, server: null });
  });
});

it('of what a program says, one line that tells, without control characters', () => {
  expect(tellingLine('gpg: encrypted with rsa2048 key\ngpg: decryption failed: No secret key\n')).toBe(
    'gpg: decryption failed: No secret key',
  );
  expect(tellingLine('\u001b[31moops\u001b[0m\nmore')).toBe('[31moops[0m');
  expect(tellingLine('x'.repeat(1000))).toHaveLength(200);
  expect(tellingLine('')).toBe('');
});
