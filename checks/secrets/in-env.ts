import { unbuiltCheck } from '../../src/core/define.ts';

export const inEnv = unbuiltCheck({
  id: 'secrets.in-env',
  item: 'All secrets in environment variables',
  by: ['probe', 'active'],
  pass: "no hard-coded secret in tracked sources, and no secret value of the env in the live site's HTML and JavaScript",
  fail: 'file and line (value masked), or asset address; source maps count; with --active /.env, /.git/HEAD and common dump names served (by content, against a random path)',
});
