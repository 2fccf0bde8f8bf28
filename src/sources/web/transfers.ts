import type { Transfer } from '../../facts/web.ts';
import { fieldOf, type Seen } from '../http/look.ts';
import { listOf } from '../http/fields.ts';
import { printable } from '../http/request.ts';
import { edgeOfAddress } from '../network/edges.ts';
import { cdnOf } from '../tls/cdn.ts';

/** JavaScript's types (WHATWG MIME Sniffing section 4.6), JSON's and those of pages. */
const kinds: readonly [Transfer['content'], RegExp][] = [
  ['html', /^(?:text\/html|application\/xhtml\+xml)$/],
  ['script', /^(?:application|text)\/(?:x-)?(?:javascript|ecmascript)$/],
  ['style', /^text\/css$/],
  ['json', /^(?:application|text)\/(?:json|.+\+json)$/],
  ['image', /^image\//],
];

export async function transferOf({ kind, url, answer, contentType, html }: Seen): Promise<Transfer> {
  const content = html ? 'html' : (kinds.find(([, type]) => type.test(contentType ?? ''))?.[0] ?? 'other');
  const vary = listOf(fieldOf(answer, 'vary'));
  return {
    kind,
    url: printable(url).slice(0, 2000),
    status: answer.status,
    content,
    bytes: answer.body.length,
    encodings: listOf(fieldOf(answer, 'content-encoding')).slice(0, 10),
    varies: vary.includes('accept-encoding') || vary.includes('*'),
    cacheControl: parseCacheControl(listOf(fieldOf(answer, 'cache-control'))),
    hashed: isHashed(url),
    edge: await edgeOfAnswer(answer),
  };
}

async function edgeOfAnswer(answer: Seen['answer']): Promise<Transfer['edge']> {
  const headers = answer.headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const byHeader = cdnOf({ status: answer.status, headers });
  if (byHeader !== null) return { provider: byHeader, by: 'header' };
  const byAddress = await edgeOfAddress(answer.address.replace(/:\d+$/, ''));
  return byAddress === null ? null : { provider: byAddress, by: 'address' };
}

/** RFC 9111 section 5.2.2 and RFC 8246, on directives in lower case; of a repeated one, the first counts. */
export function parseCacheControl(directives: readonly string[]): Transfer['cacheControl'] {
  const age = directives.map((one) => /^max-age\s*=\s*"?(\d{1,12})"?$/.exec(one)?.[1]).find((one) => one !== undefined);
  return {
    immutable: directives.includes('immutable'),
    maxAge: age === undefined ? null : Number(age),
    noStore: directives.includes('no-store'),
  };
}

/**
 * Whether a name has a hash of its content in it, as bundlers write it: `start.BxC1d2eF.js`, `index-DiwrgTda.css`,
 * `3f2a1b9c.png`, and whatever SvelteKit keeps below its folder `immutable`. A date, a version or a word is none.
 */
export function isHashed({ pathname }: URL): boolean {
  const path = pathname.split('/');
  const name = (path.pop() ?? '').replace(/(?:\.[A-Za-z][A-Za-z0-9]{0,4})+$/, '');
  const ends = [...name.matchAll(/[.\-_~]/g)].map(({ index }) => name.slice(index + 1));
  return path.includes('immutable') || [name, ...ends].some(isHash);
}

function isHash(text: string): boolean {
  const [small, capital, digit] = [/[a-z]/, /[A-Z]/, /\d/].map((one) => one.test(text));
  // Rollup's and SvelteKit's: 8 characters of base64url; a word with a number at its end is none.
  if (/^[\w-]{8}$/.test(text)) return !!capital === !!small ? !!small : !!digit && !/^[a-z]+[-_]?\d+$/i.test(text);
  if (!/^[A-Za-z0-9]{9,64}$/.test(text) || !digit) return false;
  return /^[0-9a-f]+$/i.test(text) ? !!small || !!capital : !!small && !!capital;
}
