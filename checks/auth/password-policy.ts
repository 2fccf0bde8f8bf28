import { unbuiltCheck } from '../../src/core/define.ts';

export const passwordPolicy = unbuiltCheck({
  id: 'auth.password-policy',
  item: 'Password policy enforced',
  by: ['active', 'evidence', 'attest'],
  pass: "sign-up with each of a few weak passwords (short, the most common, the site's own name) is refused with 4xx while a strong one is accepted under the same conditions; never against production unless the target allows it and names a mailbox that receives; the account made is reported, and removed where a way is configured",
  fail: 'a weak one is accepted; where weak and strong are answered alike, or a limiter answers, it is unclear',
});
