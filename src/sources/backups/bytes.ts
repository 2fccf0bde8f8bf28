import type { Head } from '../../facts/backups.ts';
import { openPgpOf } from './openpgp.ts';
import { isPlainDump } from './plain.ts';
import { isTarHeader, memberName } from './tar.ts';

export type Recognised = Pick<Head, 'kind' | 'encryption' | 'compression' | 'format'>;

const none = { encryption: null, compression: null, format: null } as const;
const packers: readonly (readonly [NonNullable<Head['compression']>, Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b, 0x08])], // RFC 1952, section 2.3.1
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])], // RFC 8878, section 3.1.1
  ['bzip2', Buffer.from('BZh')],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
  ['lz4', Buffer.from([0x04, 0x22, 0x4d, 0x18])],
];

/** Pure: what the first bytes of a file are; a compression's inside is another question. `whole`: there are no more. */
export function recognise(head: Buffer, whole: boolean): Recognised {
  const compression = packers.find(([, magic]) => head.subarray(0, magic.length).equals(magic))?.[0];
  if (compression) return { ...none, kind: 'compressed', compression };
  const encryption = encryptionOf(head);
  if (encryption) return { ...none, kind: 'encrypted', encryption };
  const format = formatOf(head);
  if (format) return { ...none, kind: 'dump', format };
  const openPgp = openPgpOf(head, whole);
  if (openPgp === 'encrypted') return { ...none, kind: 'encrypted', encryption: 'openpgp' };
  if (openPgp) return { ...none, kind: openPgp === 'open' ? 'openpgp-open' : 'signature' };
  return { ...none, kind: isText(head) ? 'text' : 'binary' };
}

function encryptionOf(head: Buffer): 'age' | 'openssl' | null {
  const text = head.subarray(0, 256).toString('latin1');
  // C2SP age.md: the version line, then stanzas; its armor is PEM.
  if (text.startsWith('age-encryption.org/v1\n-> ')) return 'age';
  const armored = /^-----BEGIN AGE ENCRYPTED FILE-----\r?\n([A-Za-z0-9+/]+)/.exec(text)?.[1];
  if (armored && Buffer.from(armored, 'base64').toString('latin1').startsWith('age-encryption.org/v1\n')) return 'age';
  // openssl-enc(1): the salt's mark, eight bytes of salt, then whole blocks; the same in base64 with -a.
  if (text.startsWith('Salted__') && head.length > 16) return 'openssl';
  return /^U2FsdGVkX1[89+/][A-Za-z0-9+/]{11}/.test(text) ? 'openssl' : null;
}

function formatOf(head: Buffer): Head['format'] {
  // An archive says of itself what it is (pg_backup.h): 1 is custom; 3 is a table of contents, whose data are elsewhere.
  if (head.subarray(0, 5).toString('latin1') === 'PGDMP') return head[10] === 3 ? null : 'custom';
  if (isTarHeader(head) && memberName(head) === 'toc.dat') return 'tar';
  return isPlainDump(head);
}

function isText(head: Buffer): boolean {
  const sample = head.subarray(0, 4096);
  const odd = sample.filter((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)).length;
  return odd === 0 && !sample.toString('utf8').slice(0, -4).includes('\uFFFD');
}
