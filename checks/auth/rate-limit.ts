import { unbuiltCheck } from '../../src/core/define.ts';

export const rateLimit = unbuiltCheck({
  id: 'auth.rate-limit',
  item: 'Rate limiting enabled',
  by: ['active', 'attest'],
  pass: 'a bounded burst (150 requests at the most, 20 at once, ended at the first 429) on the configured endpoint meets 429, best with Retry-After; requests with changing X-Forwarded-For (documentation ranges 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32 only), set between two plain controls that both get 429, get it too',
  fail: 'the burst ends with no 429; the changed addresses escape the limit; RateLimit headers without a burst are `manual: needs-active`',
  warn: "limits kept in one process's memory with two or more instances",
});
