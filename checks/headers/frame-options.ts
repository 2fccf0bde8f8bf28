import { unbuiltCheck } from '../../src/core/define.ts';

export const frameOptions = unbuiltCheck({
  id: 'headers.frame-options',
  item: 'X-Frame-Options: DENY',
  by: ['probe'],
  pass: "DENY on every HTML page (frame-ancestors 'none' is shown beside it)",
  fail: 'missing, SAMEORIGIN, ALLOW-FROM, two different values',
});
