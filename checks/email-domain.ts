import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const emailDomain: Section = {
  id: 'email-domain',
  title: 'Email Domain Configuration',
  heading: 'Email / Domain Configuration',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'email-domain.verified',
      item: 'Domain verified with email provider',
      by: ['probe', 'attest'],
      pass: "the provider's API says that the sending domain is verified and authenticated",
      fail: 'not verified, or unknown to the provider',
    }),
    unbuiltCheck({
      id: 'email-domain.spf',
      item: 'SPF record configured',
      by: ['probe'],
      pass: "at the envelope domain (a custom MAIL FROM's, else the sending domain) one record, valid under RFC 7208, within 10 lookups and 2 void lookups (the tree of lookups is the evidence), authorising the provider where one is known, ending in -all or ~all (its own or by redirect); the sending domain's own record is judged beside it",
      fail: 'none, more than one, syntax, permerror anywhere in the tree, loops, too many lookups, +all or ?all, no all at all, provider missing; a DNS time-out is `error`, not a missing record',
      warn: 'ptr, mechanisms after all, duplicate includes, an answer above 512 bytes, the custom MAIL FROM domain not aligned',
    }),
    unbuiltCheck({
      id: 'email-domain.dkim',
      item: 'DKIM signing enabled',
      by: ['probe'],
      pass: "every selector named by configuration or API has a valid key of 1024 bits or more (2048 advised; Ed25519 too), CNAMEs followed; where none is named, at least one of the provider's known ones has",
      fail: 'missing, revoked (empty p=), unparsable, under 1024 bits, h= without sha256, s= without email, a CNAME that leads nowhere; no guessed selector found is `manual: name the selector`',
      warn: 't=y, 1024 bits, one selector only',
    }),
    unbuiltCheck({
      id: 'email-domain.dmarc',
      item: 'DMARC policy configured',
      by: ['probe'],
      pass: 'RFC 9989 (May 2026, in place of RFC 7489): the record found by the DNS tree walk (8 queries at most) has the applicable policy (p, sp or np) quarantine or reject, and not in test mode',
      fail: 'none, several, invalid, p missing or none (unless svcheck.yaml allows monitoring), t=y, sp or np weaker than p, pct below 100 (old receivers still honour it), a record at the apex only, or the only one has a leading space',
      warn: "a stray record at the apex beside a valid one; pct, rf or ri present at all (removed); no rua, or one whose domain does not authorise it (RFC 9990); the public-suffix answer of RFC 7489 differs from the tree walk's; strict alignment that the provider's return path cannot meet",
    }),
    unbuiltCheck({
      id: 'email-domain.warmed-up',
      item: 'Sending domain warmed up (gradual volume increase)',
      by: ['probe', 'attest'],
      pass: "in a domain's first 30 days of sending, daily volumes (provider's API, or email_sends) above 1,000 a day never exceed twice the highest earlier same weekday (in the first week: twice the highest earlier day); after that time the volume is established",
      fail: 'a jump; before the first mail it is `manual: decidable from the first week of sending`',
    }),
  ],
};
