import type { EnvUnderAudit } from '../../config/target.ts';
import { type Cause } from '../../facts/index.ts';
import { absent, type Found, type Gathering, type UnreachableOptions, unreachable } from '../gathering.ts';

const causes = {
  missing: 'malformed',
  unreadable: 'not-permitted',
  binary: 'malformed',
  'too-large': 'too-large',
} as const satisfies Record<string, Cause>;

const fixes = {
  missing: 'create it, or correct env.files in svcheck.yaml',
  unreadable: 'let the user who runs svcheck read it, or correct env.files in svcheck.yaml',
  binary: 'save it as UTF-8 text, or correct env.files in svcheck.yaml',
  'too-large': 'name the env file itself in env.files of svcheck.yaml: none is that large',
};

/** The first file of the env that could not be read: a later one could have replaced any key, so nothing is certain. */
export function envTrouble(env: EnvUnderAudit): UnreachableOptions | null {
  for (const file of env.files) {
    if (file.state === 'read') continue;
    return { cause: causes[file.state], because: file.because, fix: fixes[file.state], where: file.file };
  }
  return null;
}

/** Why there is no env to look at: a file that cannot be read, or no file and no process's environment; else null. */
export function noEnv(env: EnvUnderAudit): Found<never> | null {
  const trouble = envTrouble(env);
  if (trouble) return unreachable(trouble);
  if (env.files.length > 0 || env.entries.size > 0) return null;
  return absent('there is no .env or .env.production here', 'env.files');
}

/** What was read, as evidence names it: `.env, .env.production, process`. */
export function whereOf(env: EnvUnderAudit, ...more: string[]): string {
  const inherited = [...env.entries.values()].some(({ file }) => file === 'process') ? ['process'] : [];
  return [...env.files.map(({ file }) => file), ...inherited, ...more].join(', ');
}

/** Settings whose value may come from the env under audit instead. */
const inherited: readonly string[] = ['postgres.url', 'redis.url', 'site.url', 'sentry.dsn', 'email.domain'];

/**
 * The same gatherers, save that none says "not configured" of what a file of the env may hold that cannot be read: that
 * would be a guess, and the line `manual` where it is `error`.
 */
export function mindingTheEnv<G extends Readonly<Record<string, AnyGatherer>>>(gatherers: G): G {
  const minding = Object.entries(gatherers).map(([name, gatherer]) => [
    name,
    {
      ...gatherer,
      async gather(gathering: Gathering): Promise<Found<unknown>> {
        const found = await gatherer.gather(gathering);
        const guessed = found.state === 'absent' && found.reason === 'not-configured' && inherited.includes(found.add);
        const trouble = guessed ? envTrouble(gathering.target.env) : null;
        return trouble ? unreachable(trouble) : found;
      },
    },
  ]);
  return Object.fromEntries(minding) as G;
}

interface AnyGatherer {
  gather(gathering: Gathering): Promise<Found<unknown>>;
}
