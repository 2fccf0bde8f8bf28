import type { Target } from '../../config/target.ts';
import { envValue, postgresAddress } from '../env/values.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { rootsFor } from '../tls/session.ts';
import { AddressProblem, parsePostgresAddress, type PostgresAddress } from './address.ts';

export interface Named {
  address: PostgresAddress;
  /** The setting or key that holds it. */
  from: string;
}

/** The address to look through; null where none is configured. Rejects with LookFailed, cause malformed. */
export function addressOf(target: Target): Named | null {
  const found = postgresAddress(target);
  return found && { address: read(found.url, found.from), from: found.from };
}

/** The address that the application connects with: DATABASE_URL of its env, else the one to look through. */
export function applicationOf(target: Target): Named | null {
  const url = envValue(target, 'DATABASE_URL');
  return url === null ? addressOf(target) : { address: read(url, 'DATABASE_URL'), from: 'DATABASE_URL' };
}

/** @param from the setting or key to name in an error */
export function read(url: string, from: string): PostgresAddress {
  try {
    return parsePostgresAddress(url);
  } catch (error) {
    if (!(error instanceof AddressProblem)) throw error;
    const fix = `write ${from} as postgresql://USER:PASSWORD@HOST:5432/DATABASE, reserved characters percent-encoded`;
    throw new LookFailed({ cause: 'malformed', because: `${from}: ${error.message}`, fix, where: from });
  }
}

export interface Authorities {
  ca: readonly string[];
  from: 'postgres.ca' | 'sslrootcert' | null;
}

/**
 * The roots of postgres.ca, else of the address's sslrootcert, besides the system's. Rejects with LookFailed for a postgres.ca
 * that cannot be used; sslrootcert is a path on the application's machine, which need not be this one.
 */
export async function authoritiesOf(gathering: Gathering, address: PostgresAddress): Promise<Authorities> {
  const own = gathering.target.settings.postgres.ca;
  if (own !== undefined) return { ...(await rootsFor(gathering, own)), from: 'postgres.ca' };
  if (address.sslrootcert !== null && address.sslrootcert !== 'system') {
    try {
      return { ...(await rootsFor(gathering, address.sslrootcert)), from: 'sslrootcert' };
    } catch (error) {
      if (!(error instanceof LookFailed)) throw error;
    }
  }
  return { ...(await rootsFor(gathering)), from: null };
}
