import { basename, dirname } from 'node:path';
import { LookFailed } from '../gathering.ts';
import { ask } from './run.ts';

const MAX_LENGTH = 1_000_000;
const LIMIT_MS = 10_000;

/** A file as it stands at a git ref, or one line that says why not. The file itself need not exist any more. */
export async function showFile(file: string, ref: string): Promise<{ text: string } | { because: string }> {
  if (ref.startsWith('-')) return { because: 'expected a branch, a tag or a commit' };
  const repo = { folder: dirname(file), signal: AbortSignal.timeout(LIMIT_MS) };
  try {
    // --end-of-options and ./: neither the ref nor the name can be taken for an option or a path elsewhere.
    const words = ['show', '--no-textconv', '--end-of-options', `${ref}:./${basename(file)}`];
    const { code, output, complaint } = await ask(repo, words);
    if (code !== 0) return { because: complaint.replace(/^fatal: /, '') || 'git ended without an answer' };
    return output.length > MAX_LENGTH ? { because: 'it is larger than 1 MB there' } : { text: output };
  } catch (error) {
    if (error instanceof LookFailed) return { because: 'git is not installed' };
    return { because: `git did not answer within ${LIMIT_MS / 1000} s` };
  }
}
