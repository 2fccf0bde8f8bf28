import { unbuiltCheck } from '../../src/core/define.ts';

export const hsts = unbuiltCheck({
  id: 'auth.hsts',
  item: 'HSTS header enabled',
  by: ['probe'],
  pass: 'on https, exactly one valid header with max-age of 31536000 or more (RFC 6797 grammar); includeSubDomains and preload shown',
  fail: 'missing on a page, malformed, differing duplicates, max-age too small or 0; sent over http only',
  warn: 'missing on a redirect, asset or API answer; equal duplicates; preload asked for, but not eligible (a year, includeSubDomains)',
});
