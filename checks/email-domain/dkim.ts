import { unbuiltCheck } from '../../src/core/define.ts';

export const dkim = unbuiltCheck({
  id: 'email-domain.dkim',
  item: 'DKIM signing enabled',
  by: ['probe'],
  pass: "every selector named by configuration or API has a valid key of 1024 bits or more (2048 advised; Ed25519 too), CNAMEs followed; where none is named, at least one of the provider's known ones has",
  fail: 'missing, revoked (empty p=), unparsable, under 1024 bits, h= without sha256, s= without email, a CNAME that leads nowhere; no guessed selector found is `manual: name the selector`',
  warn: 't=y, 1024 bits, one selector only',
});
