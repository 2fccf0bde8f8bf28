import { registryFacts } from '../registry.ts';
import { checks } from '../../checks/index.ts';
import { findConfig, type LoadOptions, loadTarget } from '../config/load.ts';
import { nearest } from '../config/nearest.ts';
import type { Target } from '../config/target.ts';
import { type Phase, phases } from '../core/check.ts';
import { matches } from '../core/glob.ts';
import { UsageError } from './exit.ts';
import type { SharedOptions } from './options.ts';

type TargetOptions = Pick<SharedOptions, 'config' | 'target' | 'live' | 'trustHost' | 'allowExec' | 'policy'>;

/** The options of loading that the command line and the process's environment give. */
export async function loadOptions(options: TargetOptions, now: Date): Promise<LoadOptions> {
  const cwd = process.cwd();
  return {
    cwd,
    config: options.config ?? null,
    target: options.target ?? null,
    live: options.live,
    // Only a plain 1 or true: a variable that is merely there must not let commands run.
    allowExec: options.allowExec || ['1', 'true'].includes(process.env.SVCHECK_ALLOW_EXEC ?? ''),
    trustedHosts: options.trustHost,
    policy: options.policy === undefined ? null : await policyAt(cwd, options.policy, options.config),
    processEnv: process.env,
    now,
  };
}

async function policyAt(cwd: string, ref: string, config: string | undefined): Promise<{ ref: string; text: string }> {
  const file = await findConfig(cwd, config ?? null);
  if (!file) throw new UsageError(`--policy ${ref}: no svcheck.yaml found, so there is none to compare with`);
  const { showFile } = await import('../sources/git/show.ts');
  const shown = await showFile(file, ref);
  if ('because' in shown) throw new UsageError(`--policy ${ref}: ${shown.because}`);
  return { ref, text: shown.text };
}

/** @throws ConfigError, UsageError */
export async function openTarget(options: TargetOptions, now: Date): Promise<Target> {
  return loadTarget(await loadOptions(options, now), registryFacts);
}

/** `--phase`: names, or all. @throws UsageError */
export function phasesOf(named: readonly string[]): Phase[] {
  if (named.length === 0) return ['pre-deploy'];
  if (named.includes('all')) return [...phases];
  for (const name of named) {
    if (!phases.some((phase) => phase === name)) throw new UsageError(unknown('--phase', name, [...phases, 'all']));
  }
  return phases.filter((phase) => named.includes(phase));
}

/** Every glob of --only and --skip must name something. @throws UsageError */
export function requireMatches(flag: string, globs: readonly string[]): void {
  for (const glob of globs) {
    if (checks.some(({ id }) => matches(glob, id))) continue;
    const words = [...checks.map(({ id }) => id), ...new Set(checks.map(({ id }) => id.split('.')[0] ?? ''))];
    throw new UsageError(unknown(flag, glob, words));
  }
}

export function unknown(what: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  const rest = near
    ? `did you mean ${near}?`
    : known.length < 20
      ? `expected one of ${known.join(', ')}`
      : 'svcheck list shows all';
  return `${what}: nothing is named ${word}; ${rest}`;
}
