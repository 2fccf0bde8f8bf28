/** The user and password that an address carries. */
export interface Credentials {
  /** As written. */
  user: string;
  password: string;
  host: string;
}

const stores = /^(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|smtps?):$/i;

/**
 * The credentials in an address (`scheme://user:password@host`) or in libpq's `host=… password=…`; null where there is
 * no password. Milder than a URL parser: a password that nobody encoded is still found.
 */
export function credentialsOf(value: string): Credentials | null {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*:)\/\/(\S+)$/i.exec(value.trim()) ?? [];
  if (scheme === undefined || rest === undefined) return conninfo(value);
  // RFC 3986 section 3.2: the authority ends at the first slash; in a store's address an unencoded password may hold one.
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const scope = authority.includes('@') || !stores.test(scheme) ? authority : rest;
  const at = scope.lastIndexOf('@');
  if (at === -1) return inQuery(rest, scope);
  const userinfo = scope.slice(0, at);
  const colon = userinfo.indexOf(':');
  if (colon === -1 || colon === userinfo.length - 1) return inQuery(rest, scope.slice(at + 1));
  const host = /^[^/:?#,]*/.exec(scope.slice(at + 1))?.[0] ?? '';
  return { user: userinfo.slice(0, colon), password: userinfo.slice(colon + 1), host };
}

function inQuery(rest: string, host: string): Credentials | null {
  const password = /[?&](?:password|sslpassword)=([^&#]+)/.exec(rest)?.[1];
  return password === undefined ? null : { user: '', password, host: /^[^/:?#,]*/.exec(host)?.[0] ?? '' };
}

/** PostgreSQL documentation, section 34.1.1.1 "Keyword/Value Connection Strings". */
function conninfo(value: string): Credentials | null {
  if (!/(?:^|\s)(?:host|dbname|user)\s*=/.test(value)) return null;
  const of = (name: string) => {
    const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:'((?:\\\\.|[^'])*)'|(\\S+))`).exec(value);
    return match ? (match[1] ?? match[2] ?? '') : '';
  };
  const password = of('password');
  return password === '' ? null : { user: of('user'), password, host: of('host') };
}

/** What a percent-encoded text stands for; the text itself where it is not well encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
