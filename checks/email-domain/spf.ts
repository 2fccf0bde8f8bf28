import { unbuiltCheck } from '../../src/core/define.ts';

export const spf = unbuiltCheck({
  id: 'email-domain.spf',
  item: 'SPF record configured',
  by: ['probe'],
  pass: "at the envelope domain (a custom MAIL FROM's, else the sending domain) one record, valid under RFC 7208, within 10 lookups and 2 void lookups (the tree of lookups is the evidence), authorising the provider where one is known, ending in -all or ~all (its own or by redirect); the sending domain's own record is judged beside it",
  fail: 'none, more than one, syntax, permerror anywhere in the tree, loops, too many lookups, +all or ?all, no all at all, provider missing; a DNS time-out is `error`, not a missing record',
  warn: 'ptr, mechanisms after all, duplicate includes, an answer above 512 bytes, the custom MAIL FROM domain not aligned',
});
