import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';

const MAX_BYTES = 1_000_000;

/** A file as it stands at a git ref, or one line that says why not. The file itself need not exist any more. */
export function showFile(file: string, ref: string): Promise<{ text: string } | { because: string }> {
  if (ref.startsWith('-')) return Promise.resolve({ because: 'expected a branch, a tag or a commit' });
  // --end-of-options and ./: neither the ref nor the name can be taken for an option or a path elsewhere.
  const words = ['-C', dirname(file), 'show', '--no-textconv', '--end-of-options', `${ref}:./${basename(file)}`];
  return new Promise((done) => {
    execFile(
      'git',
      words,
      { maxBuffer: MAX_BYTES, timeout: 10_000, env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } },
      (error, stdout, stderr) => {
        if (!error) return done({ text: stdout });
        const [line] = stderr.split('\n');
        const missing = 'code' in error && error.code === 'ENOENT' ? 'git is not installed' : null;
        return done({ because: missing ?? (line?.replace(/^fatal: /, '') || error.message) });
      },
    );
  });
}
