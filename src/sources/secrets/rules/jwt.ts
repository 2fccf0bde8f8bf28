/** The header and the claims of a JSON Web Token (RFC 7519, RFC 7515 section 7.1); null where it is none. */
export function jwtOf(token: string): { header: Claims; claims: Claims } | null {
  const [header, claims] = token.split('.', 2).map(parsed);
  return header && claims && typeof header['alg'] === 'string' ? { header, claims } : null;
}

type Claims = Readonly<Record<string, unknown>>;

function parsed(part: string): Claims | null {
  if (part.length > 8192) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return value && typeof value === 'object' && !Array.isArray(value) ? (value as Claims) : null;
  } catch {
    return null;
  }
}

/**
 * A token that somebody could still use: signed, no example of a textbook, not Supabase's public role, not past its end
 * (RFC 7519 section 4.1.4).
 */
export function liveJwt([token]: RegExpExecArray): string | null {
  const jwt = jwtOf(token);
  if (!jwt || jwt.header['alg'] === 'none') return null;
  const { exp, sub, name, role } = jwt.claims;
  if (typeof exp === 'number' && exp * 1000 < Date.now()) return null;
  // jwt.io's, and RFC 7519's own.
  if (sub === '1234567890' || name === 'John Doe' || jwt.claims['http://example.com/is_root'] === true) return null;
  return role === 'anon' || role === 'service_role' ? null : token;
}

/** Supabase's key that passes over row level security. */
export function serviceRoleJwt([token]: RegExpExecArray): string | null {
  return jwtOf(token)?.claims['role'] === 'service_role' ? token : null;
}
