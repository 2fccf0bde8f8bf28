import type { SecretNames } from '../env/secret-keys.ts';
import { inBytes } from '../secrets/details.ts';
import { secretsInEnvFile } from '../secrets/env-file.ts';
import { Matcher } from '../secrets/matcher.ts';
import { rules } from '../secrets/rules/index.ts';
import type { Sought } from '../secrets/sought.ts';
import { isRealEnvFile } from '../secrets/trees.ts';

export interface ScannedLeak {
  /** 1-based; 0 in a binary file. */
  line: number;
  kind: string;
  key: string | null;
  value: string;
}

/** Leaks kept of one file: one is enough for a fail, a few show where to look. */
const mostOfFile = 20;

/** Searches files for secrets: by the exact values given, by providers' formats, and in env files by their keys. */
export class Scanner {
  readonly #matcher: Matcher;
  readonly #names: SecretNames;

  constructor(values: readonly Sought[], names: SecretNames) {
    this.#matcher = new Matcher(values, rules);
    this.#names = names;
  }

  /** @param path from the top of the repository */
  scan(path: string, content: Buffer): ScannedLeak[] {
    const leaks: ScannedLeak[] = inBytes(this.#matcher, content);
    if (isRealEnvFile(path)) {
      const entries = secretsInEnvFile(content.toString('utf8'), this.#names);
      leaks.push(...entries.map((entry) => ({ kind: 'env-file', ...entry })));
    }
    return firstOfEachLine(leaks).slice(0, mostOfFile);
  }
}

/** The env's own values come first: what is found in several ways is said once. */
function firstOfEachLine(leaks: readonly ScannedLeak[]): ScannedLeak[] {
  const lines = new Set<number>();
  const ranked = [...leaks].sort((a, b) => Number(b.kind === 'env-value') - Number(a.kind === 'env-value'));
  return ranked.filter(({ line }) => !lines.has(line) && lines.add(line));
}
