import type { Image } from '../../facts/web.ts';

type Format = Image['format'];

/** The first bytes by which a format is told (WHATWG MIME Sniffing section 6.1; ISO/IEC 14496-12 for `ftyp`). */
const marks: readonly [Format, RegExp][] = [
  ['jpeg', /^\xff\xd8\xff/],
  ['png', /^\x89PNG\r\n\x1a\n/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF[^]{4}WEBPVP/],
  ['avif', /^[^]{4}ftypavi[fs]/],
  ['jxl', /^(?:\xff\x0a|\0\0\0\x0cJXL )/],
  ['bmp', /^BM/],
  ['tiff', /^(?:II\*\0|MM\0\*)/],
  ['ico', /^\0\0\x01\0/],
  ['svg', /^(?:\xef\xbb\xbf)?\s*<(?:svg[\s/>]|(?:\?xml|!--|!doctype svg)(?=[^]*<svg[\s/>]))/i],
];

export function formatOf(bytes: Buffer): Format {
  const start = bytes.subarray(0, 2048).toString('latin1');
  return marks.find(([, mark]) => mark.test(start))?.[0] ?? 'other';
}

/** Those that a modern one would replace; an icon has its own rules, a vector is none. */
export const isLegacy = (format: Format): boolean => ['jpeg', 'png', 'gif', 'bmp', 'tiff'].includes(format);
