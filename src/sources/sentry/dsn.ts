import type { Target } from '../../config/target.ts';
import { envValue } from '../env/values.ts';

export interface Dsn {
  scheme: 'http' | 'https';
  publicKey: string;
  /** The deprecated second half; null where there is none. */
  secretKey: string | null;
  host: string;
  port: number;
  project: string;
  /** Where envelopes go, without the key. */
  envelopes: string;
}

export type ParsedDsn = { ok: true; dsn: Dsn } | { ok: false; problem: string };

/**
 * Parses `{PROTOCOL}://{PUBLIC_KEY}:{SECRET_KEY}@{HOST}{PATH}/{PROJECT_ID}` (Sentry developer documentation, "Parsing
 * the DSN"). Keys are 32 hexadecimal digits, projects numbers. Pure: never throws; a problem never quotes the value.
 */
export function parseDsn(text: string): ParsedDsn {
  const bad = (problem: string): ParsedDsn => ({ ok: false, problem });
  const trimmed = text.trim();
  if (trimmed.length > 500 || !URL.canParse(trimmed)) return bad('it is no address');
  const url = new URL(trimmed);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return bad('it begins with neither https:// nor http://');
  if (url.username === '') return bad('it has no public key before the @');
  if (!/^[0-9a-f]{32}$/i.test(url.username)) return bad('its public key is not 32 hexadecimal digits');
  if (url.password !== '' && !/^[0-9a-f]{32}$/i.test(url.password))
    return bad('its secret key is not 32 hexadecimal digits');
  if (url.search !== '' || url.hash !== '') return bad('something follows its project');
  const [, path = '', project = ''] = /^(.*)\/([^/]*)$/.exec(url.pathname) ?? [];
  if (project === '') return bad('it has no project after the last slash');
  if (!/^\d{1,20}$/.test(project)) return bad('its project is not a number');
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const dsn: Dsn = {
    scheme,
    publicKey: url.username,
    secretKey: url.password || null,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (scheme === 'https' ? 443 : 80)),
    project,
    envelopes: `${url.protocol}//${url.host}${path}/api/${project}/envelope/`,
  };
  return { ok: true, dsn };
}

/** sentry.dsn, else SENTRY_DSN of the env under audit. */
export function dsnOf(target: Target): { text: string; from: 'sentry.dsn' | 'SENTRY_DSN' } | null {
  const set = target.settings.sentry.dsn;
  if (set) return { text: set, from: 'sentry.dsn' };
  const inherited = envValue(target, 'SENTRY_DSN');
  return inherited ? { text: inherited, from: 'SENTRY_DSN' } : null;
}

export const isLoopback = (host: string): boolean => /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
