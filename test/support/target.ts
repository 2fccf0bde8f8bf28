import { type Settings, settingsSchema } from '../../src/config/schema.ts';
import { Secret } from '../../src/config/secret.ts';
import type { EnvEntry, Target } from '../../src/config/target.ts';
import type { Limits } from '../../src/engine/limits.ts';
import { registryFacts } from '../../src/registry.ts';

export interface LookOptions {
  /** As in svcheck.yaml, one target's worth. */
  settings?: Record<string, unknown>;
  /** The env under audit, as if read from .env. */
  env?: Record<string, string>;
  base?: string;
  active?: boolean;
  vantage?: 'outside' | 'inside' | 'undeclared';
  allowExec?: boolean;
  trustedHosts?: readonly string[];
  live?: boolean;
  now?: Date;
  limits?: Partial<Limits>;
}

/** A target as svcheck.yaml would make it, for tests of one source. */
export function targetOf(options: LookOptions): Target {
  const settings = settingsSchema(registryFacts.expect).parse(options.settings ?? {}) as Settings;
  const entries = Object.entries(options.env ?? {}).map(
    ([key, value], index): EnvEntry => ({ key, value: new Secret(value), file: '.env', line: index + 1 }),
  );
  return {
    name: 'test',
    settings,
    base: options.base ?? process.cwd(),
    file: null,
    env: {
      files: [{ state: 'read', file: '.env', entries, duplicates: [], malformed: [], commented: [] }],
      entries: new Map(entries.map((entry) => [entry.key, entry])),
    },
    otherEnvs: new Map(),
    live: options.live ?? true,
    allowExec: options.allowExec ?? true,
    trustedHosts: options.trustedHosts ?? [],
  };
}
