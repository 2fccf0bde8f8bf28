import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Facts } from '../../facts/index.ts';
import { absent, type Gatherer, known, unreachable } from '../gathering.ts';

const MAX_BYTES = 10 * 1024 * 1024;

/** The headers by which mailbox providers offer to unsubscribe, of a message that the application sent. */
export const sample: Gatherer<'product.sample'> = {
  contacts: false,
  async gather({ target }) {
    const { sample: file } = target.settings.email;
    if (file === undefined) return absent('no sample message is configured', 'email.sample');
    const failed = (cause: 'malformed' | 'too-large' | 'not-permitted', because: string) =>
      unreachable({
        cause,
        because,
        fix: 'save a message as the application sent it, with its headers: email.sample',
        where: file,
      });
    const path = resolve(target.base, file);
    try {
      if ((await stat(path)).size > MAX_BYTES) return failed('too-large', `${file} is larger than 10 MB`);
      const headers = headersOf(await readFile(path, 'latin1'));
      if (!headers.has('from') || !headers.has('subject'))
        return failed('malformed', `${file} has no From and Subject`);
      return known({ file, ...unsubscribeHeaders(headers) }, file);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      return failed(code === 'EACCES' ? 'not-permitted' : 'malformed', `${file} cannot be read: ${code}`);
    }
  },
};

/** RFC 5322 section 2.2.3: folded lines joined; names in lower case, the first of each. */
export function headersOf(message: string): Map<string, string> {
  const [head = ''] = message.slice(0, 256 * 1024).split(/\r?\n\r?\n/, 1);
  const found = new Map<string, string>();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const [, name, value = ''] = /^([!-9;-~]{1,100}):(.*)$/.exec(line) ?? [];
    if (name !== undefined && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), value.trim());
  }
  return found;
}

/** RFC 2369 section 3.2 and RFC 8058 section 3.1. */
function unsubscribeHeaders(headers: Map<string, string>): Pick<Facts['product.sample'], 'schemes' | 'post'> {
  const list = headers.get('list-unsubscribe') ?? '';
  const schemes = [...list.matchAll(/<\s*([a-z][a-z0-9+.-]{0,20}):/gi)].map(([, scheme = '']) => scheme.toLowerCase());
  const post = /^List-Unsubscribe=One-Click$/i.test(headers.get('list-unsubscribe-post') ?? '');
  return { schemes: schemes.slice(0, 10), post };
}
