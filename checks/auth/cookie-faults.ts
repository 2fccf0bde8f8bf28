import type { Fault, Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

export type Cookie = Facts['http.cookies']['cookies'][number];
export type Flaw =
  | 'insecure'
  | 'prefix-broken'
  | 'not-http-only'
  | 'same-site-none-insecure'
  | 'same-site-unknown'
  | 'same-site-none'
  | 'same-site-missing'
  | 'wide-domain';

/** Names under which frameworks keep a session: Better Auth, Auth.js, Express, Lucia, PHP, Java, ASP.NET, Rails and their like. */
const session =
  /(?:^|[-_.])(?:sess(?:ion)?(?:[-_.]?(?:id|token|data|key))?|sid|jwt|auth[-_.]?(?:token|key)?|access[-_.]?token|refresh[-_.]?token|id[-_.]?token|remember(?:[-_.]?(?:me|token))?|token)(?:$|[-_.])|sessid$|sessionid$|^connect\.sid$|identity\.application/i;
/** Double-submit tokens must be readable by scripts, and OAuth's state lives for minutes. */
const noSession = /csrf|xsrf|state|pkce|nonce|callback|consent/i;

/** Stickiness of load balancers, set by infrastructure that gives no say in its attributes. */
const infrastructure =
  /^(?:AWSALB\w*|AWSELB\w*|BIGipServer.*|SERVERID|ARRAffinity\w*|ROUTEID|GCLB|GCILB|__cflb|INGRESSCOOKIE|lb[-_]?\w{0,12}|route|X-Mapping-\w+|NSC_.*|incap_ses_.*|visid_incap_.*)$/i;

const isSession = ({ name }: Cookie): boolean => session.test(name) && !noSession.test(name);
const isInfrastructure = ({ name }: Cookie): boolean => infrastructure.test(name);

/** RFC 6265bis section 4.1.3; browsers compare the prefixes without regard to case. */
function breaksPrefix({ name, secure, domain, path }: Cookie): boolean {
  if (/^__host-/i.test(name)) return !secure || domain !== null || path !== '/';
  return /^__secure-/i.test(name) && !secure;
}

function flawsOf(cookie: Cookie): Flaw[] {
  const { secure, httpOnly, sameSite, domain, host } = cookie;
  const site = sameSite?.toLowerCase() ?? null;
  const inSession = isSession(cookie);
  const flaws: [Flaw, boolean][] = [
    ['insecure', !secure && !isInfrastructure(cookie)],
    ['not-http-only', inSession && !httpOnly],
    ['same-site-none-insecure', site === 'none' && !secure],
    ['same-site-none', inSession && site === 'none'],
    ['same-site-missing', inSession && site === null],
    ['same-site-unknown', site !== null && !['lax', 'strict', 'none'].includes(site)],
    ['wide-domain', inSession && domain !== null && domain !== host],
    ['prefix-broken', breaksPrefix(cookie)],
  ];
  return flaws.flatMap(([flaw, there]) => (there ? [flaw] : []));
}

/** From worst to mildest: what is wrong, and the remedy. */
const words: Readonly<Record<Flaw, readonly [what: string, fix: string]>> = {
  insecure: ['without Secure', 'set the cookie with secure: true (Better Auth: advanced.useSecureCookies: true)'],
  'not-http-only': ['a session cookie without HttpOnly', 'set the session cookie with httpOnly: true'],
  'same-site-none-insecure': ['SameSite=None without Secure', "set sameSite: 'lax' and secure: true"],
  'same-site-none': ['a session cookie with SameSite=None', "set the session cookie with sameSite: 'lax' or 'strict'"],
  'same-site-missing': ['a session cookie without SameSite', "set the session cookie with sameSite: 'lax' or 'strict'"],
  'same-site-unknown': ['a SameSite that browsers do not know', 'write SameSite as Lax, Strict or None'],
  'wide-domain': [
    'a session cookie for a wider domain than its host',
    'set the session cookie without a domain, so that only its own host gets it',
  ],
  'prefix-broken': [
    'its prefix is not kept, so browsers drop it',
    '__Host- needs Secure, Path=/ and no Domain; __Secure- needs Secure',
  ],
};

/** What stands against the cookies, the worst first. */
export function faultsOf(cookies: readonly Cookie[]): Fault<Flaw>[] {
  return (Object.keys(words) as Flaw[]).flatMap((reason): Fault<Flaw>[] => {
    const these = cookies.filter((cookie) => flawsOf(cookie).includes(reason));
    if (these.length === 0) return [];
    const [what, fix] = words[reason];
    const names = [...new Set(these.map(({ name }) => name))];
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    const because = `${names.slice(0, 3).join(', ')}${more}: ${what} (${these[0]?.where[0] ?? ''})`;
    const findings = these.map(({ name, where }) => ({ where: where[0] ?? '', what: `${name}: ${what}` }));
    return [{ reason, because, fix, findings: findings.slice(0, 50) }];
  });
}

export function warningsOf(cookies: readonly Cookie[]): Warning<'infrastructure-insecure' | 'host-prefix'>[] {
  const sticky = cookies.filter((cookie) => !cookie.secure && isInfrastructure(cookie));
  const fits = cookies.filter(
    (cookie) =>
      isSession(cookie) &&
      !/^__host-/i.test(cookie.name) &&
      cookie.secure &&
      cookie.domain === null &&
      cookie.path === '/',
  );
  return [
    ...sticky.map(({ name }) => ({
      reason: 'infrastructure-insecure' as const,
      text: `${name} of the load balancer is not Secure: over plain HTTP it tells which server one is on`,
    })),
    ...fits.map(({ name }) => ({
      reason: 'host-prefix' as const,
      text: `the session cookie ${name} could be named __Host-…: then no subdomain and no plain HTTP answer can replace it`,
    })),
  ];
}
