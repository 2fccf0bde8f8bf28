import { credentialsOf } from '../../env/credentials.ts';
import { looksRandom, placeholderKind } from '../../env/placeholder.ts';
import { isDull } from './lookalike.ts';

/** Whether a password is one that a generator or a careful person made: not a word, a default, a reference. */
export const isTellingPassword = (password: string): boolean =>
  placeholderKind(password) === null &&
  !/^[$%{<[(]|[}>\])]$|\$\{|\{\{|%[A-Z_]+%/.test(password) &&
  (looksRandom(password) || (password.length >= 12 && classes(password) >= 3 && !isDull(password, 62)));

const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/];
const classes = (text: string): number => kinds.filter((kind) => kind.test(text)).length;

/** This machine, and the names that RFC 2606 and RFC 6761 reserve for documentation and tests. */
export const isNobodys = (host: string): boolean =>
  /^(?:127\.|\[|0\.0\.0\.0)|(?:^|\.)(?:localhost|test|example|invalid|example\.(?:com|org|net))$/i.test(host);

/** `scheme://user:password@host`: the password, where it is one of somebody's server. */
export function addressPassword([address]: RegExpExecArray): string | null {
  const credentials = credentialsOf(address);
  if (!credentials || placeholderKind(address) !== null || isNobodys(credentials.host)) return null;
  return isTellingPassword(credentials.password) ? credentials.password : null;
}

/** `jdbc:postgresql://host/db?user=app&password=…` */
export function jdbcPassword([address, rest = '']: RegExpExecArray): string | null {
  const password = rest.replace(/[)\],.]+$/, '');
  const host = /\/\/([^/:?]+)/.exec(address)?.[1] ?? '';
  return !isNobodys(host) && isTellingPassword(password) ? password : null;
}

/** `Server=…;User Id=…;Password=…` */
export function connectionPassword([connection, password = '']: RegExpExecArray): string | null {
  const host = /(?:server|data source)\s*=\s*(?:tcp:)?([^;,:\\]+)/i.exec(connection)?.[1]?.trim() ?? '';
  if (isNobodys(host) || /^(?:\.|\(local\)|\(localdb\))/i.test(host)) return null;
  return isTellingPassword(password) ? password : null;
}

/** RFC 7617: user, colon, password, in base64. */
export function basicPassword([, encoded = '']: RegExpExecArray): string | null {
  const [, password] =
    /^[\x21-\x39\x3b-\x7e]{1,100}:([\x20-\x7e]{6,1000})$/.exec(Buffer.from(encoded, 'base64').toString('latin1')) ?? [];
  return password !== undefined && isTellingPassword(password) ? encoded : null;
}

/** A signature of 32 bytes, in base64 as an address has it. */
export function sharedAccessSignature([, signature = '']: RegExpExecArray): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(signature);
  } catch {
    return null;
  }
  return /^[A-Za-z0-9+/]{43}=$/.test(decoded) && !isDull(decoded.slice(0, 43), 62) ? decoded : null;
}
