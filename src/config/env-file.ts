import type { EnvEntry } from './target.ts';

/** What came of reading one env file. `key`s only here: values are in the entries as Secrets. */
export type EnvFile =
  | {
      state: 'read';
      file: string;
      entries: readonly EnvEntry[];
      /** A key that is set more than once: the last line wins. */
      duplicates: readonly { key: string; lines: readonly number[] }[];
      /** Lines that are neither an assignment, a comment nor blank. */
      malformed: readonly number[];
      /** Keys that stand commented out: `# KEY=value`. */
      commented: readonly { key: string; line: number }[];
    }
  | { state: 'missing' | 'unreadable' | 'binary' | 'too-large'; file: string; because: string };
