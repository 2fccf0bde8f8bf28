import type { Target } from '../../config/target.ts';
import { envValue, postgresAddress } from '../env/values.ts';
import { absent, type Found, type Gathering, LookFailed } from '../gathering.ts';
import { ConnectFailed, nameOf } from '../postgres/dial.ts';
import { failureOf, openSession } from '../postgres/hosts.ts';
import type { Session } from '../postgres/session.ts';
import { type Named, read } from '../postgres/target.ts';

/** The name of the staging target. */
export const stagingName = (target: Target): string => target.settings.staging ?? 'staging';

/** The staging target's DATABASE_URL as its env files have it; null where none is configured, or this target is staging. */
export function stagingUrl(target: Target): string | null {
  const env = target.otherEnvs.get(stagingName(target));
  return env && target.name !== stagingName(target) ? envValue({ ...target, env }, 'DATABASE_URL') : null;
}

/** Staging's address, or why there is none to look at. Rejects with LookFailed, cause malformed. */
function stagingAddress(target: Target): Named | Found<never> {
  const name = stagingName(target);
  const url = stagingUrl(target);
  if (url === null) {
    const because = target.otherEnvs.has(name)
      ? `the env of the target ${name} has no DATABASE_URL`
      : `no staging database is configured: no target ${name} with env files of its own`;
    return absent(because, `targets.${name}.env.files`);
  }
  const from = `DATABASE_URL of ${name}`;
  const address = read(url, from);
  const own = postgresAddress(target);
  const same = own !== null && placeOf(read(own.url, own.from)) === placeOf(address);
  return same
    ? absent(`DATABASE_URL of ${name} is the database under audit`, `targets.${name}.env.files`)
    : { address, from };
}

const placeOf = ({ hosts, database }: Named['address']) => `${hosts.map(nameOf).join()}/${database}`;

/** The audit's session on staging's database, or why there is none. Rejects with LookFailed where it cannot be opened. */
export async function stagingSession(gathering: Gathering): Promise<Session | Found<never>> {
  const named = stagingAddress(gathering.target);
  if ('state' in named) return named;
  try {
    const close = (session: Session) => session.close();
    return await gathering.share('staging session', () => openSession(gathering, named.address), close);
  } catch (error) {
    if (!(error instanceof ConnectFailed)) throw error;
    const host = error.host ?? named.address.hosts[0];
    const because = `no session with staging's database: ${error.message}`;
    throw new LookFailed({ ...failureOf(error.outcome), because, where: nameOf(host) });
  }
}
