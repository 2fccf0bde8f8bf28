import { unbuiltCheck } from '../../src/core/define.ts';

export const xssProtection = unbuiltCheck({
  id: 'headers.xss-protection',
  item: 'X-XSS-Protection: 1; mode=block',
  by: ['probe'],
  pass: 'as the document asks; a warning says that browsers dropped it and CSP is what protects; `0` passes where svcheck.yaml sets the modern rule',
  fail: 'missing or another value',
});
