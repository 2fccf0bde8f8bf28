import { unbuiltCheck } from '../../src/core/define.ts';

export const dmarc = unbuiltCheck({
  id: 'email-domain.dmarc',
  item: 'DMARC policy configured',
  by: ['probe'],
  pass: 'RFC 9989 (May 2026, in place of RFC 7489): the record found by the DNS tree walk (8 queries at most) has the applicable policy (p, sp or np) quarantine or reject, and not in test mode',
  fail: 'none, several, invalid, p missing or none (unless svcheck.yaml allows monitoring), t=y, sp or np weaker than p, pct below 100 (old receivers still honour it), a record at the apex only, or the only one has a leading space',
  warn: "a stray record at the apex beside a valid one; pct, rf or ri present at all (removed); no rua, or one whose domain does not authorise it (RFC 9990); the public-suffix answer of RFC 7489 differs from the tree walk's; strict alignment that the provider's return path cannot meet",
});
