import { unbuiltCheck } from '../../src/core/define.ts';

export const csp = unbuiltCheck({
  id: 'headers.csp',
  item: 'Content-Security-Policy (CSP) configured',
  by: ['probe'],
  pass: 'on every HTML answer looked at, the policies in force together (several headers, meta) leave no serious finding of csp_evaluator (judged by finding type and directive in a table of ours, with its HIGH and SYNTAX as the start; one counts only if no policy in force prevents it)',
  fail: 'missing, report-only, unsafe-inline or a wildcard or http: or data: for scripts without nonce, hash or strict-dynamic, no object-src guard, no base-uri where nonces or strict-dynamic are used; a nonce that repeats on a second fetch',
  warn: 'an allow-listed host with a known bypass; an unknown directive; no base-uri elsewhere; unsafe-eval; a repeated directive; cross-origin scripts without integrity',
});
