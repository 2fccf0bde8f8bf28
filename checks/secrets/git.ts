import { unbuiltCheck } from '../../src/core/define.ts';

export const git = unbuiltCheck({
  id: 'secrets.git',
  item: 'Secrets never committed to git',
  by: ['probe'],
  pass: 'no secret value of the env under audit (plain, base64, hex, URL- or JSON-escaped), and no known secret format, anywhere in the history of any branch or tag or in the stash',
  fail: 'commit, file, line and kind (value masked); says to rotate; an allow-list entry (fingerprint, why, owner, until) silences one finding, never a file; a shallow, partial or single-branch clone is `error: fetch the whole history`',
  warn: 'found in an unreachable object only',
});
