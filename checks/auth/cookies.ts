import { defineCheck } from '../../src/core/define.ts';
import { lostAnswer } from '../../src/core/site-answers.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { faultsOf, warningsOf } from './cookie-faults.ts';

export const cookies = defineCheck({
  id: 'auth.cookies',
  item: 'Secure cookies enabled (`secure: true`)',
  rule: {
    pass: 'every cookie that the site sets is Secure; session cookies are HttpOnly with SameSite Lax or Strict; __Host- and __Secure- prefixes keep their rules; where no cookie was seen the look is unclear, and with --active the test account signs in and its cookies are judged',
    fail: "any that does not; SameSite=None without Secure; an unknown SameSite; a Domain wider than the site's host for a session cookie",
    warn: 'cookies of known infrastructure (load balancer stickiness) that cannot be Secure; a __Host- prefix would fit the session cookie',
  },
  why: 'Whoever has the session cookie is the user. Its attributes decide whether plain HTTP, a script or another site can get at it.',
  remedy:
    "Better Auth: advanced: { useSecureCookies: true, defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure: true } }. SvelteKit: cookies.set(name, value, { path: '/' }) is Secure and HttpOnly unless it is told otherwise.",
  docs: [
    'https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis',
    'https://www.better-auth.com/docs/concepts/cookies',
  ],
  reasons: {
    secure: 'every cookie seen keeps the rules',
    insecure: 'a cookie is not Secure',
    'not-http-only': 'scripts can read a session cookie',
    'same-site-none-insecure': 'SameSite=None without Secure',
    'same-site-none': 'other sites send a session cookie along',
    'same-site-missing': 'a session cookie leaves SameSite to the browser',
    'same-site-unknown': 'a SameSite that browsers do not know',
    'wide-domain': 'a session cookie goes to more hosts than the one that set it',
    'prefix-broken': 'a __Host- or __Secure- cookie breaks the rules of its prefix',
    'infrastructure-insecure': 'a load balancer sets a cookie that is not Secure',
    'host-prefix': 'a __Host- prefix would fit the session cookie',
    'no-cookie': 'no answer set a cookie',
  },
  ways: (make) => [
    make.probe({
      how: 'the cookies that pages, a 404, redirects and API answers set before anybody signs in',
      settings: ['site.url'],
      needs: ['http.cookies', 'http.answers'],
      judge: ({ 'http.cookies': { cookies: all, answers }, 'http.answers': seen }) => {
        const set = all.filter(({ removal }) => !removal);
        const faults = faultsOf(set);
        const missed = faults.length === 0 && lostAnswer(seen, ['page', 'not-found', 'redirect', 'api']);
        if (missed) return missed;
        if (set.length === 0) {
          const because = `none of ${answers} answers sets a cookie before somebody signs in`;
          return { status: 'unclear', reason: 'no-cookie', because };
        }
        const because = `${set.length} cookies keep the rules: ${set
          .slice(0, 5)
          .map(({ name }) => name)
          .join(', ')}`;
        const shown = set.slice(0, 20).map(({ name, secure, httpOnly, sameSite, domain, path }) => ({
          ...{ name, secure, httpOnly, sameSite, domain, path },
        }));
        return failOrPass(faults, { reason: 'secure', because }, { seen: shown, warnings: warningsOf(set) });
      },
    }),
    make.unbuilt('active'),
    make.attest('Are all cookies Secure, and the session cookie HttpOnly with SameSite Lax or Strict?', 90),
  ],
});
