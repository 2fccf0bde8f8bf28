import { unbuiltCheck } from '../../src/core/define.ts';

export const sessionExpiry = unbuiltCheck({
  id: 'auth.session-expiry',
  item: 'Session expiry configured',
  by: ['probe', 'active', 'attest'],
  pass: "live sessions expire within 30 days of their last renewal (expires_at less updated_at, or created_at where there is none), and expired ones are not accepted (tried only with the test account's own expired session, never with a user's token; without one this half is a warning); with --active the sign-in cookie's lifetime too",
  fail: "no expiry, a longer one, an expired session accepted (a cookie cache's minutes are said)",
  warn: 'expired rows kept beyond 30 days; no session table is unclear',
});
