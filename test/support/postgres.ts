import { afterAll } from 'vitest';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../fixtures/servers/postgres.ts';
import type { FactName, Facts, Known } from '../../src/facts/index.ts';
import { type LookOptions, storeFor } from './gathering.ts';

/** Starts servers that the file's end stops. */
export function servers() {
  const stops: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  return {
    keep: <T extends { stop(): Promise<void> }>(server: T): T => {
      stops.push(() => server.stop());
      return server;
    },
    postgres: async (options: PostgresOptions = {}): Promise<PostgresServer> => {
      const server = await startPostgres({ user: 'app', database: 'shop', ...options });
      stops.push(() => server.stop());
      return server;
    },
  };
}

/** What facts came to, through one store as in an audit. */
export async function lookAt<const N extends readonly FactName[]>(
  names: N,
  options: LookOptions,
): Promise<{ [K in N[number]]: Known<Facts[K]> }> {
  const store = storeFor(options);
  try {
    const facts = await Promise.all(names.map(async (name) => [name, await store.get(name)] as const));
    return Object.fromEntries(facts) as { [K in N[number]]: Known<Facts[K]> };
  } finally {
    await store.close();
  }
}

/** The value of one fact; throws what is told instead of it. */
export async function valueOf<N extends FactName>(name: N, options: LookOptions): Promise<Facts[N]> {
  const { [name]: fact } = await lookAt([name], options);
  if (fact.state !== 'known') throw new Error(`${name} is ${fact.state}: ${JSON.stringify(fact)}`);
  return fact.value;
}

/** An env with that DATABASE_URL, and settings of postgres. */
export const through = (url: string, postgres: Record<string, unknown> = {}, more: LookOptions = {}): LookOptions => ({
  ...more,
  env: { DATABASE_URL: url, ...more.env },
  settings: { postgres, ...more.settings },
});
