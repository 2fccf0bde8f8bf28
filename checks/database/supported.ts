import type { Facts } from '../../src/facts/index.ts';
import type { Fault, Warning } from '../../src/core/verdict.ts';
import { distributions, majors, newerUntil } from './support.ts';

type Reason = 'end-of-life' | 'pre-release' | 'supported-elsewhere' | 'newer-than-known' | 'minor-behind';

interface Support {
  faults: Fault<Reason>[];
  warnings: Warning<Reason>[];
  /** Half a sentence. */
  text: string;
  until: string | null;
}

interface Elsewhere {
  'supported-until'?: string | undefined;
  by?: string | undefined;
}

/** That day belongs to it, in UTC. */
const isOver = (day: string, at: Date) => new Date(`${day}T23:59:59.999Z`) < at;

/** Whether the server's release is supported on the day, by whom, and whether a newer minor is known. */
export function supportOf(server: Facts['postgres.server'], expect: Elsewhere, asOf: Date): Support {
  const { version, versionNum } = server;
  const major = Math.floor(versionNum / 10_000);
  if (/^\d+(devel|alpha|beta|rc)/.test(version)) {
    const fix = 'run a released version: pre-releases get no fixes and their data files no upgrade path';
    const faults = [{ reason: 'pre-release' as const, because: `${version} is no release`, fix }];
    return { faults, warnings: [], text: 'a pre-release', until: null };
  }
  const newest = majors.at(-1);
  const known = majors.find((one) => one.major === major);
  const until = known?.until ?? (newest && major > newest.major ? newerUntil : null);
  if (until === null || isOver(until, asOf)) return outOfSupport(server, major, until, expect, asOf);
  const warnings: Warning<Reason>[] = [];
  const minor = versionNum % 10_000;
  if (!known) {
    warnings.push({
      reason: 'newer-than-known',
      text: `PostgreSQL ${major} is newer than the support dates known here`,
    });
  } else if (minor < known.minor) {
    const text = `${major}.${minor} is behind ${major}.${known.minor} (${known.released}), which mends known faults`;
    warnings.push({ reason: 'minor-behind', text });
  }
  return { faults: [], warnings, text: `supported until ${until}`, until };
}

function outOfSupport(
  { version }: Facts['postgres.server'],
  major: number,
  until: string | null,
  expect: Elsewhere,
  asOf: Date,
): Support {
  const ended = `PostgreSQL ${major} has been out of support since ${until ?? 'before 2022'}`;
  const distribution = distributions.find((one) => one.major === major && one.build.test(version));
  const others = [
    { by: expect.by ?? 'svcheck.yaml', until: expect['supported-until'] },
    { by: distribution?.name ?? '', until: distribution?.until },
  ];
  const other = others.find((one) => one.until !== undefined && !isOver(one.until, asOf));
  if (other?.until !== undefined) {
    const text = `${ended}; ${other.by} supports it until ${other.until}`;
    return { faults: [], warnings: [{ reason: 'supported-elsewhere', text }], text, until: other.until };
  }
  const fix = `upgrade to a supported major (pg_upgrade, or dump and restore): ${majors.at(-1)?.major} is supported until ${majors.at(-1)?.until}`;
  return { faults: [{ reason: 'end-of-life', because: ended, fix }], warnings: [], text: ended, until };
}
