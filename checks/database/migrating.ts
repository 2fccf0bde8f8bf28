import type { Facts } from '../../src/facts/index.ts';
import type { Applied, Migration } from '../../src/facts/migrations.ts';
import type { Fault, Warning } from '../../src/core/verdict.ts';

export type Repository = Facts['migrations.repository'];
type One = Applied['applied'][number];

/** What one database's account of migrations comes to against the repository's. */
export interface Compared {
  pending: Migration[];
  failed: One[];
  /** Applied with other contents than the repository has. */
  drifted: { applied: One; migration: Migration }[];
  /** Not in the repository, and on another branch of it. */
  otherBranch: One[];
  unknown: One[];
}

/** A hash tells the contents whatever the name; else the name, else Drizzle's time, tells which migration it was. */
export function compare({ migrations, elsewhere }: Repository, { applied }: Applied): Compared {
  const result: Compared = { pending: [], failed: [], drifted: [], otherBranch: [], unknown: [] };
  const done = new Set<Migration>();
  for (const one of applied) {
    const same = migrations.find((migration) => isSame(one, migration));
    const named = same ?? migrations.find((migration) => isNamed(one, migration));
    if (one.failed) result.failed.push(one);
    else if (named) done.add(named);
    if (named && !same) result.drifted.push({ applied: one, migration: named });
    if (named || one.failed) continue;
    const branched = elsewhere?.some(({ name, hash }) => (one.hash === null ? name === one.name : hash === one.hash));
    (branched ? result.otherBranch : result.unknown).push(one);
  }
  result.pending = migrations.filter((migration) => !done.has(migration));
  return result;
}

const isSame = ({ name, hash }: One, migration: Migration) =>
  migration.hashes.length === 0 && !migration.missing
    ? name === migration.name
    : hash !== null && migration.hashes.includes(hash) && (name === null || name === migration.name);

const isNamed = ({ name, when }: One, migration: Migration) =>
  name !== null ? name === migration.name : when !== null && when === migration.when;

const MOST = 3;

function named(names: readonly string[]): string {
  const more = names.length > MOST ? ` and ${names.length - MOST} more` : '';
  return `${names.slice(0, MOST).join(', ')}${more}`;
}

const nameOf = ({ name, hash, when }: One): string =>
  name ?? `hash ${hash?.slice(0, 12) ?? '?'}${when === null ? '' : ` of ${new Date(when).toISOString().slice(0, 10)}`}`;

type Reason = 'file-missing' | 'failed' | 'drift' | 'unknown' | 'pending';

/** A database that holds what the repository does not say. */
export function drifts(repository: Repository, where: string, compared: Compared): Fault<Reason>[] {
  const { failed, drifted, unknown } = compared;
  const faults: Fault<Reason>[] = [];
  if (failed.length > 0) {
    const names = failed.map(nameOf);
    faults.push({
      reason: 'failed',
      because: `failed in ${where}: ${named(names)}`,
      fix: `npx prisma migrate resolve --rolled-back ${names[0]}, mend it, then npx prisma migrate deploy`,
    });
  }
  if (drifted.length > 0) {
    const files = drifted.map(({ migration }) => migration.file);
    faults.push({
      reason: 'drift',
      because: `applied in ${where} with other contents than the repository has: ${named(files)}`,
      fix: `git log -p -- ${files[0]} tells who changed it: bring the applied contents back, and put the change into a new migration`,
    });
  }
  if (unknown.length > 0) {
    const seen = repository.elsewhere === null ? 'the repository (git tells of no other branch)' : 'any branch';
    faults.push({
      reason: 'unknown',
      because: `applied in ${where} and not in ${seen}: ${named(unknown.map(nameOf))}`,
      fix: `find the commit that had it (git log --all --diff-filter=D -- ${repository.folder}) and bring its file back`,
    });
  }
  return faults;
}

const commands: Readonly<Record<Repository['tool'], string>> = {
  drizzle: 'npx drizzle-kit migrate',
  prisma: 'npx prisma migrate deploy',
  knex: 'npx knex migrate:latest',
  'node-pg-migrate': 'npx node-pg-migrate up',
};

/** What staging has not run yet. */
export function pendings({ tool }: Repository, where: string, { pending }: Compared): Fault<Reason>[] {
  if (pending.length === 0) return [];
  const because = `pending in ${where}: ${named(pending.map(({ name }) => name))}`;
  return [
    { reason: 'pending', because, fix: `run ${commands[tool]} with the DATABASE_URL of ${where}, and test there` },
  ];
}

/** A journal that names what is not there cannot be applied anywhere. */
export function gaps({ migrations }: Repository): Fault<Reason>[] {
  const missing = migrations.filter((migration) => migration.missing).map(({ file }) => file);
  if (missing.length === 0) return [];
  const because = `the journal names what is not there: ${named(missing)}`;
  return [
    { reason: 'file-missing', because, fix: `git log --all -- ${missing[0]} tells where it went: bring it back` },
  ];
}

/** What the next deployment should know of: branches that met in a database, and what will lock. */
export function cautions(
  databases: readonly (readonly [where: string, Compared])[],
  pending: readonly Migration[],
): Warning<'other-branch' | 'locks'>[] {
  const warnings: Warning<'other-branch' | 'locks'>[] = [];
  for (const [where, { otherBranch }] of databases) {
    if (otherBranch.length === 0) continue;
    const text = `applied in ${where} from another branch: ${named(otherBranch.map(nameOf))}`;
    warnings.push({ reason: 'other-branch', text });
  }
  const locks = pending.flatMap(({ file, locks: own }) => own.map(({ line, what }) => `${file}:${line}: ${what}`));
  if (locks.length > 0) warnings.push({ reason: 'locks', text: `pending: ${named(locks)}` });
  return warnings;
}
