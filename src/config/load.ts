import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';
import type { z } from 'zod';
import { type Settings, settingsSchema } from './schema.ts';
import type { Target } from './target.ts';

/** A mistake in what the user wrote: one clear line, exit code 64. */
export class ConfigError extends Error {}

/** What config must know of the registry, which it does not import. */
export interface RegistryFacts {
  /** The `expect` settings of all checks. */
  expect: z.ZodObject;
  /** From check id to the closed list of its reasons. */
  reasons: ReadonlyMap<string, readonly string[]>;
  sections: readonly string[];
}

export interface LoadOptions {
  cwd: string;
  /** --config; else svcheck.yaml is looked for upward from cwd. */
  config: string | null;
  /** --target; else the root. */
  target: string | null;
  live: boolean;
  allowExec: boolean;
  trustedHosts: readonly string[];
  /** The text of svcheck.yaml at --policy's git ref, whose gate and exceptions replace the file's. */
  policy: string | null;
  processEnv: Readonly<Record<string, string | undefined>>;
}

/** Reads svcheck.yaml and the env files into one target. @throws ConfigError */
export async function loadTarget(options: LoadOptions, registry: RegistryFacts): Promise<Target> {
  const file = options.config ? resolve(options.cwd, options.config) : null;
  const raw: unknown = file ? load(await readFile(file, 'utf8')) : {};
  const settings = settingsSchema(registry.expect).parse(raw) as Settings;
  return {
    name: settings.name ?? options.target ?? 'production',
    settings,
    base: file ? dirname(file) : options.cwd,
    file,
    env: { files: [], entries: new Map() },
    otherEnvs: new Map(),
    live: file !== null || options.live,
    allowExec: options.allowExec,
    trustedHosts: options.trustedHosts,
  };
}
