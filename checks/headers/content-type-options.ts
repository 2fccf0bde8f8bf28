import { unbuiltCheck } from '../../src/core/define.ts';

export const contentTypeOptions = unbuiltCheck({
  id: 'headers.content-type-options',
  item: 'X-Content-Type-Options: nosniff',
  by: ['probe'],
  pass: 'nosniff on every response looked at, scripts and styles too',
  fail: 'missing or another value; names the kinds of answer (page, 404, redirect, script, style, API)',
});
