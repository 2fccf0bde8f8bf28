import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const secrets: Section = {
  id: 'secrets',
  title: 'Secrets',
  heading: 'Security / Secrets',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'secrets.in-env',
      item: 'All secrets in environment variables',
      by: ['probe', 'active'],
      pass: "no hard-coded secret in tracked sources, and no secret value of the env in the live site's HTML and JavaScript",
      fail: 'file and line (value masked), or asset address; source maps count; with --active /.env, /.git/HEAD and common dump names served (by content, against a random path)',
    }),
    unbuiltCheck({
      id: 'secrets.git',
      item: 'Secrets never committed to git',
      by: ['probe'],
      pass: 'no secret value of the env under audit (plain, base64, hex, URL- or JSON-escaped), and no known secret format, anywhere in the history of any branch or tag or in the stash',
      fail: 'commit, file, line and kind (value masked); says to rotate; an allow-list entry (fingerprint, why, owner, until) silences one finding, never a file; a shallow, partial or single-branch clone is `error: fetch the whole history`',
      warn: 'found in an unreachable object only',
    }),
    unbuiltCheck({
      id: 'secrets.distinct',
      item: 'Production secrets different from development',
      by: ['probe', 'attest'],
      pass: 'no secret value is shared with the development or staging env files given',
      fail: 'names the keys that share one',
    }),
    unbuiltCheck({
      id: 'secrets.rotation',
      item: 'Secret rotation schedule defined',
      by: ['evidence', 'attest'],
      pass: "svcheck.yaml names each secret's last rotation and interval, and none is overdue",
      fail: 'overdue or unlisted secrets, named',
    }),
  ],
};
