import { seriesOf } from '../../src/core/backups.ts';
import { defineCheck } from '../../src/core/define.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import type { Backup } from '../../src/facts/backups.ts';

export const encrypted = defineCheck({
  id: 'backups.encrypted',
  item: 'Backups encrypted',
  rule: {
    pass: 'the newest is encrypted by its bytes: age, GPG (a packet that is really encrypted), OpenSSL, restic, pgBackRest cipher; or by its store: SSE-KMS, RDS StorageEncrypted',
    fail: 'it reads as plain SQL, an archive of pg_dump or a compressed one of these, in a store without encryption',
    warn: "plain bytes behind the bucket's default SSE only: whoever may read the bucket reads the data",
  },
  why: 'A backup holds every row of the database and is copied to places with fewer guards than the database itself.',
  remedy:
    'Pipe the dump through age -r RECIPIENT (or gpg --encrypt) before it touches a disk; keep the key away from the host that holds the backups.',
  docs: [
    'https://age-encryption.org/v1',
    'https://www.rfc-editor.org/rfc/rfc9580.html#section-5',
    'https://docs.openssl.org/3.0/man1/openssl-enc/',
  ],
  reasons: {
    encrypted: 'the newest backup is encrypted by its bytes',
    plain: 'the newest backup can be read by anyone who gets the file',
    'signed-only': 'OpenPGP that is signed or packed, and not encrypted',
    none: 'no backup at all',
    unrecognized: 'bytes that do not tell whether they are encrypted',
  },
  ways: ({ probe, attest }) => [
    probe({
      how: 'the first bytes of the newest backup',
      settings: ['backups.source'],
      needs: ['backups.listing'],
      wants: ['backups.database'],
      judge({ 'backups.listing': listing, 'backups.database': address }, { now }) {
        const database = address.state === 'known' ? address.value.name : null;
        const { all } = seriesOf(listing, null, { database, acceptUnnamed: true }, now);
        const newest = all.find(
          ({ backup: { state, head } }) => state === 'unreadable' || (head && head.kind !== 'text'),
        );
        if (!newest) {
          const because = 'there is no backup whose bytes could be looked at';
          return { status: 'fail', reasons: ['none'], because, fix: encryptFix('DATABASE.dump') };
        }
        return byHead(newest.backup);
      },
    }),
    attest('Are the backups of the production database encrypted where they are kept?', 180),
  ],
});

function byHead({ name, at, head }: Backup): Judgement<'encrypted' | 'plain' | 'signed-only' | 'unrecognized'> {
  if (!head) {
    const fix = `let svcheck's user read ${name}`;
    return { status: 'error', reason: 'not-permitted', because: `${name} may not be read`, fix };
  }
  const { kind, encryption, compression, format } = head;
  const seen = { newest: name, at, kind, encryption, compression, format };
  if (encryption) {
    return { status: 'pass', reason: 'encrypted', because: `${name} is encrypted with ${methods[encryption]}`, seen };
  }
  if (kind === 'dump' || kind === 'openpgp-open') {
    const reason = kind === 'dump' ? 'plain' : 'signed-only';
    return { status: 'fail', reasons: [reason], because: `${name} ${openText(head)}`, fix: encryptFix(name), seen };
  }
  const because = `${name}: its bytes (${compression ?? kind}) do not tell whether it is encrypted`;
  return { status: 'unclear', reason: 'unrecognized', because, seen };
}

const methods = { age: 'age', openpgp: 'OpenPGP', openssl: 'openssl enc' } as const;

const formats = {
  plain: 'plain SQL of pg_dump',
  cluster: 'plain SQL of pg_dumpall',
  custom: 'a custom archive of pg_dump',
  tar: 'a tar archive of pg_dump',
  directory: 'a directory archive of pg_dump',
} as const;

function openText({ kind, format, compression }: NonNullable<Backup['head']>): string {
  if (kind === 'openpgp-open') return 'is an OpenPGP message that is signed or packed, not encrypted';
  return `reads as ${formats[format ?? 'custom']}${compression ? ` in ${compression}` : ''}`;
}

const encryptFix = (name: string) =>
  `encrypt it as it is written: pg_dump -Fc … | age -r RECIPIENT > ${name.replace(/\.(gz|zst|age|gpg)$/, '')}.age`;
