import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
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
  if (url === null) return addressOf(target);
  try {
    return { address: read(url, 'DATABASE_URL'), from: 'DATABASE_URL' };
  } catch (error) {
    // Beside a postgres.url, one that cannot be read is env.database-url's business.
    if (target.settings.postgres.url) return addressOf(target);
    throw error;
  }
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

export interface Credentials {
  ca: readonly string[];
  /** What was added to the system's roots. */
  from: 'postgres.ca' | 'sslrootcert' | null;
  /** Of sslcert and sslkey; undefined where they cannot be read here. */
  identity: { cert: string; key: string } | undefined;
}

/**
 * The roots of postgres.ca, else of the address's sslrootcert, besides the system's; and the client's certificate. Rejects with LookFailed for
 * a postgres.ca that cannot be used; what the address names are paths on the application's machine, which need not be this one.
 */
export async function credentialsOf(gathering: Gathering, address: PostgresAddress): Promise<Credentials> {
  const identity = await identityOf(gathering.target.base, address.identity);
  const own = gathering.target.settings.postgres.ca;
  if (own !== undefined) return { ...(await rootsFor(gathering, own)), from: 'postgres.ca', identity };
  if (address.sslrootcert !== null && address.sslrootcert !== 'system') {
    try {
      return { ...(await rootsFor(gathering, address.sslrootcert)), from: 'sslrootcert', identity };
    } catch (error) {
      if (!(error instanceof LookFailed)) throw error;
    }
  }
  return { ...(await rootsFor(gathering)), from: null, identity };
}

/** More than any certificate chain or key. */
const MAX_PEM = 256 * 1024;

async function identityOf(base: string, paths: PostgresAddress['identity']): Promise<Credentials['identity']> {
  if (!paths) return undefined;
  try {
    const [cert, key] = await Promise.all([paths.cert, paths.key].map((path) => readPem(resolve(base, path))));
    return cert && key ? { cert, key } : undefined;
  } catch {
    return undefined;
  }
}

async function readPem(path: string): Promise<string | null> {
  const { size } = await stat(path);
  return size > MAX_PEM ? null : readFile(path, 'utf8');
}
