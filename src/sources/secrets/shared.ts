import type { EnvEntry, EnvUnderAudit, Target } from '../../config/target.ts';
import type { Facts } from '../../facts/index.ts';
import { credentialsOf, decoded } from '../env/credentials.ts';
import { referenceKind } from '../env/formats.ts';
import { isSecret } from '../env/secret-keys.ts';
import { envTrouble, noEnv, whereOf } from '../env/trouble.ts';
import { absent, type Found, type Gathering, known } from '../gathering.ts';

type Shared = Facts['secrets.shared'];
type Sharing = Shared['shared'][number];

const MOST = 50;
/** A shorter value is shared by chance, unless its key is a secret there as well. */
const TELLING = 8;

/** The env under audit held against those of the other targets: which keys share a value. */
export async function gatherShared({ target }: Gathering): Promise<Found<Shared>> {
  const missing = noEnv(target.env);
  if (missing) return missing;
  if (target.otherEnvs.size === 0) return absent('svcheck.yaml names no other target with an env', 'targets');
  const own = [...target.env.entries.values()].filter((entry) => isKept(entry, target) || held(entry) !== null);
  const missed: Shared['missed'] = [];
  const others: Shared['others'] = [];
  const shared: Sharing[] = [];
  for (const [name, env] of target.otherEnvs) {
    const trouble = envTrouble(env);
    if (trouble) missed.push({ target: name, because: trouble.because });
    others.push({ target: name, keys: env.entries.size });
    shared.push(...sharedWith(name, env, own, target));
  }
  return known(
    {
      secrets: own.length,
      unreadable: own.filter((entry) => !isComparable(entry, target)).length,
      others,
      missed,
      shared: shared.slice(0, MOST),
    },
    whereOf(target.env, ...[...target.otherEnvs.values()].flatMap((env) => env.files.map(({ file }) => file))),
  );
}

const isKept = ({ key, value }: EnvEntry, { settings }: Target): boolean =>
  value.length > 0 && isSecret(key, value.reveal(), settings.secrets);

const held = ({ value }: EnvEntry): ReturnType<typeof referenceKind> => referenceKind(value.reveal());

/** What is encrypted, or kept in a vault while another target has it in the open, cannot be compared. */
function isComparable(entry: EnvEntry, { otherEnvs }: Target): boolean {
  const kind = held(entry);
  if (kind === null) return true;
  if (kind === 'encrypted') return false;
  return [...otherEnvs.values()].every((env) => {
    const other = env.entries.get(entry.key);
    return other === undefined || other.value.length === 0 || held(other) === 'reference';
  });
}

function sharedWith(name: string, env: EnvUnderAudit, own: readonly EnvEntry[], target: Target): Sharing[] {
  const found: Sharing[] = [];
  for (const entry of own) {
    for (const other of env.entries.values()) {
      const as = sharedAs(entry, other, isKept(other, target));
      if (as) found.push({ key: entry.key, otherKey: other.key, target: name, as });
    }
  }
  return found;
}

function sharedAs(entry: EnvEntry, other: EnvEntry, isSecretThere: boolean): Sharing['as'] | null {
  const [mine, theirs] = [entry.value.reveal().trim(), other.value.reveal().trim()];
  if (mine === '' || theirs === '') return null;
  const counts = (text: string) => isSecretThere || entry.key === other.key || text.length >= TELLING;
  if (mine === theirs) {
    const kind = referenceKind(mine);
    if (kind === 'encrypted') return null;
    return kind === 'reference' ? 'reference' : counts(mine) ? 'value' : null;
  }
  const [ours, others] = [passwordIn(mine), passwordIn(theirs)];
  if (ours === null && others === null) return isListShared(mine, theirs) ? 'value' : null;
  // One may keep the password alone, under a key of its own.
  const password = ours ?? mine;
  return password === (others ?? theirs) && counts(password) ? 'password' : null;
}

function passwordIn(value: string): string | null {
  const credentials = credentialsOf(value);
  return credentials && decoded(credentials.password);
}

/** BETTER_AUTH_SECRETS, `2:…,1:…`: one of them is enough. */
function isListShared(mine: string, theirs: string): boolean {
  const listed = (text: string): string[] =>
    /^\d+:/.test(text) ? text.split(',').map((part) => part.replace(/^\s*\d+:\s*/, '').trim()) : [text];
  const others = new Set(listed(theirs));
  return listed(mine).some((one) => one.length >= TELLING && others.has(one));
}
