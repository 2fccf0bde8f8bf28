import type { Content } from '../../facts/backups.ts';
import type { LookFailed } from '../gathering.ts';
import type { Outcome } from './read.ts';

export const blank = {
  cause: null,
  because: '',
  fix: '',
  format: null,
  databases: [],
  likeness: null,
  remembered: false,
} as const satisfies Partial<Content>;

type Said = Pick<Content, 'outcome' | 'cause' | 'because' | 'fix'>;

export const sealed: Said = {
  outcome: 'sealed',
  cause: null,
  because: 'it is encrypted, and no command to decrypt it is configured',
  fix: 'name the command in backups.decrypt: [age, -d, -i, /keys/backup.txt]',
};

export const notPermitted: Said = {
  outcome: 'unread',
  cause: 'not-permitted',
  because: 'backups.decrypt is a command of svcheck.yaml, and those run only where that is allowed',
  fix: 'svcheck audit --allow-exec, or SVCHECK_ALLOW_EXEC=1',
};

export const unreadBy = ({ outcome: { cause, because, fix } }: LookFailed): Said => ({
  outcome: 'unread',
  cause,
  because,
  fix,
});

const packages = {
  pg_restore: ['pg_restore is not installed here', 'apt-get install postgresql-client, or brew install libpq'],
  zstd: ['zstd is not installed here', 'apt-get install zstd, or brew install zstd'],
  decrypt: ['the command of backups.decrypt cannot be started', 'install it, or correct its path in backups.decrypt'],
} as const;

/** What to do about an outcome, and the cause where nothing could be seen. */
export function explained({ outcome, because, missing }: Outcome, path: string): Said {
  if (missing) {
    const [problem, fix] = packages[missing];
    return { outcome: 'unread', cause: 'not-permitted', because: problem, fix };
  }
  if (outcome === 'unsupported') {
    const newer = 'install the pg_restore of the server that wrote it: apt-get install postgresql-client-VERSION';
    return {
      outcome,
      cause: 'wrong-protocol',
      because: `pg_restore here is older than the dump: ${because}`,
      fix: newer,
    };
  }
  return { outcome, cause: null, because, fix: fixes[outcome] ?? `see what wrote ${path}` };
}

const fixes: Partial<Record<Outcome['outcome'], string>> = {
  sound: '',
  damaged: 'take a new backup now, and see in the log of the backup job why this one was not written whole',
  undecrypted: 'run the command of backups.decrypt by hand on this file',
  'wrong-key': 'give backups.decrypt the key that this backup was encrypted for',
};
