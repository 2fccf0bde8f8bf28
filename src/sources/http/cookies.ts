import type { Cookie } from '../../facts/http.ts';

const MAX_COOKIES = 300;
const MAX_TEXT = 200;

/**
 * The cookies of one answer, without their values. set-cookie-parser reads the lines (RFC 6265bis section 5.6); attributes
 * stay as sent. Never throws.
 * @param now what Expires is held against
 */
export async function parseCookies(
  lines: readonly string[],
  { url, now }: { url: URL; now: Date },
): Promise<Omit<Cookie, 'where'>[]> {
  const { parse } = await import('set-cookie-parser');
  const short = (text: string) => text.slice(0, MAX_TEXT);
  return parse(lines.slice(0, MAX_COOKIES), { decodeValues: false, silent: true, split: false }).map((cookie) => {
    const { name, value, secure, httpOnly, sameSite, domain, path, expires, maxAge } = cookie;
    const ends = maxAge === undefined ? expires?.getTime() : now.getTime() + maxAge * 1000;
    return {
      name: short(name),
      host: url.hostname,
      secure: secure === true,
      httpOnly: httpOnly === true,
      sameSite: sameSite === undefined ? null : short(sameSite),
      domain: domain ? short(domain.replace(/^\./, '').toLowerCase()) : null,
      path: path === undefined ? null : short(path),
      persistent: ends !== undefined,
      removal: value === '' || (ends !== undefined && ends <= now.getTime()),
      https: url.protocol === 'https:',
    };
  });
}
