import { dirname, relative, resolve } from 'node:path';
import { lilconfig } from 'lilconfig';
import { type Document, isMap, parseDocument, readDocument, whereIs } from './document.ts';
import { loadEnv } from './env.ts';
import { ConfigError } from './error.ts';
import { exceptionProblems } from './exceptions.ts';
import { expandVariables } from './expand.ts';
import { replaceSettings, targetDocument } from './merge.ts';
import { nearest } from './nearest.ts';
import { problemsOf } from './problems.ts';
import type { RegistryFacts } from './registry.ts';
import { type Settings, settingsSchema } from './schema.ts';
import type { EnvUnderAudit, Target } from './target.ts';

const FILE = 'svcheck.yaml';
/** What --policy takes from a reviewed git ref, so that a pull request cannot loosen its own gate. */
const policySettings = ['gate', 'waivers', 'not-applicable', 'allow', 'expect', 'signers'] as const;

export interface LoadOptions {
  cwd: string;
  /** --config; else svcheck.yaml is looked for upward from cwd. */
  config: string | null;
  /** --target; else the root. */
  target: string | null;
  live: boolean;
  allowExec: boolean;
  trustedHosts: readonly string[];
  /** svcheck.yaml as it stands at --policy's git ref. */
  policy: { ref: string; text: string } | null;
  processEnv: Readonly<Record<string, string | undefined>>;
  now: Date;
}

/** The svcheck.yaml in force: the one named, else the nearest upward; null where there is none. */
export async function findConfig(cwd: string, config: string | null): Promise<string | null> {
  if (config) return resolve(cwd, config);
  // Found is found, empty or not: what is in it is the reader's matter.
  const search = {
    searchPlaces: [FILE],
    loaders: { '.yaml': () => ({}) },
    stopDir: '/',
    ignoreEmptySearchPlaces: false,
  };
  try {
    return (await lilconfig('svcheck', search).search(cwd))?.filepath ?? null;
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : error;
    throw new ConfigError(`${FILE}: cannot be read (${String(code)}); let the user who runs svcheck read it`);
  }
}

/** Reads svcheck.yaml and the env files into one target. @throws ConfigError */
export async function loadTarget(options: LoadOptions, registry: RegistryFacts): Promise<Target> {
  const file = await findConfig(options.cwd, options.config);
  const document = file
    ? await readDocument(file, relative(options.cwd, file) || FILE)
    : { name: FILE, root: {}, places: new Map() };
  const base = file ? dirname(file) : options.cwd;
  requireTarget(document, options.target, file);
  const settings = settingsOf(document, options.target, options, registry);
  const { files, process } = settings.env;
  const env = await loadEnv({ base, files, process, processEnv: options.processEnv });
  return {
    name: options.target ?? settings.name ?? 'production',
    settings,
    base,
    file,
    env,
    otherEnvs: await otherEnvs(document, base, options, env),
    live: file !== null || options.live,
    allowExec: options.allowExec,
    trustedHosts: options.trustedHosts,
  };
}

/** The names under `targets:`. */
export const targetNames = ({ root }: Document): string[] => (isMap(root.targets) ? Object.keys(root.targets) : []);

function requireTarget(document: Document, target: string | null, file: string | null): void {
  const names = targetNames(document);
  if (document.root.targets !== undefined && !isMap(document.root.targets)) {
    throw new ConfigError(
      `${whereIs(document, ['targets'], 'value')}: targets: expected a mapping from name to settings`,
    );
  }
  if (target === null || names.includes(target)) return;
  const near = nearest(target, names);
  const known = names.length > 0 ? ` (it has ${names.join(', ')})` : '';
  const where = file ? document.name : `no ${FILE} found, so no targets`;
  throw new ConfigError(`${where}: no target ${target}${near ? `; did you mean ${near}?` : known}`);
}

/** The merged, expanded, validated settings of one target. @throws ConfigError with every problem */
export function settingsOf(
  document: Document,
  target: string | null,
  { policy, processEnv, now }: Pick<LoadOptions, 'policy' | 'processEnv' | 'now'>,
  registry: RegistryFacts,
): Settings {
  let own = targetDocument(document, target);
  if (policy) {
    const reviewed = targetDocument(parseDocument(policy.text, `${policy.ref}:${FILE}`), target);
    own = replaceSettings(own, reviewed, policySettings);
  }
  const expanded = expandVariables(own, processEnv);
  const schema = settingsSchema(registry.expect);
  const parsed = schema.safeParse(expanded.root);
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, schema, expanded));
  const settings: Settings = parsed.data;
  const problems = exceptionProblems(settings, expanded, registry, now);
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

/** The env files of every other target that names its own: what this target must not share. */
async function otherEnvs(document: Document, base: string, { target }: LoadOptions, own: EnvUnderAudit) {
  const others = new Map<string, EnvUnderAudit>();
  const candidates = [...targetNames(document).filter((name) => name !== target), ...(target === null ? [] : [null])];
  for (const name of candidates) {
    const env = targetDocument(document, name).root.env;
    const files =
      isMap(env) && Array.isArray(env.files) ? env.files.filter((file) => typeof file === 'string') : undefined;
    const loaded = await loadEnv({ base, files, process: false, processEnv: {} });
    const same = loaded.files.map((one) => one.file).join() === own.files.map((one) => one.file).join();
    if (!same) others.set(name ?? rootName(document), loaded);
  }
  return others;
}

const rootName = ({ root }: Document): string => (typeof root.name === 'string' ? root.name : 'production');
