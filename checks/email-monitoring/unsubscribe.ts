import { unbuiltCheck } from '../../src/core/define.ts';

export const unsubscribe = unbuiltCheck({
  id: 'email-monitoring.unsubscribe',
  item: 'Unsubscribe links working',
  by: ['probe', 'evidence', 'attest'],
  pass: 'each active marketing template holds an unsubscribe link, and its address with a token that svcheck made up (never a rendered link: a GET can unsubscribe a person) answers with a page',
  fail: 'a template without one, or a dead link',
  warn: 'no RFC 8058 one-click headers (List-Unsubscribe with List-Unsubscribe-Post) in what the application sends, where a sample message is configured',
});
