import { unbuiltCheck } from '../../src/core/define.ts';

export const cookies = unbuiltCheck({
  id: 'auth.cookies',
  item: 'Secure cookies enabled (`secure: true`)',
  by: ['probe', 'active'],
  pass: 'every cookie that the site sets is Secure; session cookies are HttpOnly with SameSite Lax or Strict; __Host- and __Secure- prefixes keep their rules; where no cookie was seen the look is unclear, and with --active the test account signs in and its cookies are judged',
  fail: "any that does not; SameSite=None without Secure; an unknown SameSite; a Domain wider than the site's host for a session cookie",
  warn: 'cookies of known infrastructure (load balancer stickiness) that cannot be Secure; a __Host- prefix would fit the session cookie',
});
