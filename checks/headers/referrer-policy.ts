import { unbuiltCheck } from '../../src/core/define.ts';

export const referrerPolicy = unbuiltCheck({
  id: 'headers.referrer-policy',
  item: 'Referrer-Policy configured',
  by: ['probe'],
  pass: 'the last recognised token is one that never sends a full URL to another origin',
  fail: 'missing, no recognised token, or the last recognised one is unsafe-url or no-referrer-when-downgrade',
  warn: 'origin or origin-when-cross-origin',
});
