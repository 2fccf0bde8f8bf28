import { execFile } from 'node:child_process';
import { parse } from 'node:path';
import { LookFailed } from '../gathering.ts';

export interface NpmSettings {
  /** As written; null where it names none. */
  registry: string | null;
  /** `@acme` -> its own registry. */
  scopes: ReadonlyMap<string, string>;
}

/**
 * The registries of a repository's .npmrc (npm documentation, "npmrc": ini, `;` and `#` for comments, the last of a key
 * counts). Read as data: nothing is expanded, and no credential in it is used. Pure: never throws.
 */
export function parseNpmrc(text: string): NpmSettings {
  let registry: string | null = null;
  const scopes = new Map<string, string>();
  for (const line of text.split(/\r?\n/).slice(0, 5000)) {
    const found = /^\s*(@[^\s:=]+:)?registry\s*=\s*["']?([^\s"']{1,500})["']?\s*$/.exec(line);
    if (!found) continue;
    const [, scope, value = ''] = found;
    if (scope) scopes.set(scope.slice(0, -1), value);
    else registry = value;
  }
  return { registry, scopes };
}

/**
 * The registry of npm's own configuration: the user's, the machine's or npm's default. npm is asked at the root of the
 * file system, where no project's .npmrc has a say.
 * @throws LookFailed where npm is not installed or does not say
 */
export function npmsRegistry(signal: AbortSignal): Promise<string> {
  const words = ['config', 'get', 'registry'];
  return new Promise((done, fail) => {
    execFile('npm', words, { cwd: parse(process.cwd()).root, signal, timeout: 10_000 }, (error, stdout) => {
      const address = stdout.trim().split('\n').at(-1) ?? '';
      if (!error && URL.canParse(address)) return done(address);
      fail(
        new LookFailed({
          cause: 'malformed',
          because: 'npm does not say which registry it uses',
          fix: 'name it: registry: { url: … } in svcheck.yaml',
          where: 'npm config get registry',
        }),
      );
    });
  });
}
