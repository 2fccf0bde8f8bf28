import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { lostAsset, someOf } from './assets.ts';

type Images = Facts['web.images'];
type Image = Images['images'][number];

const reasons = {
  optimized: 'no image is too heavy, and no modern format would save a third',
  'too-heavy': 'an image is above the size',
  'legacy-format': 'a modern format would save a third of an image',
  'no-images': 'the pages show no image of the site',
  'no-dimensions': 'an image without width and height: the page jumps when it arrives',
  'not-lazy': 'an image low on the page is loaded at once',
  'saving-not-measured': 'what a modern format would save was not measured',
  'not-looked-at': 'images of other sites, or too many of them, were not looked at',
} as const;
type Reason = keyof typeof reasons;

/** Less than what fits into one packet is nobody's saving. */
const PACKET = 1024;
const kb = (bytes: number): string => `${Math.ceil(bytes / 1024)} KB`;

export const images = defineCheck({
  id: 'optimization.images',
  item: 'Images optimized',
  rule: {
    pass: 'no image of the pages looked at above 200 KB, none in a legacy format where a modern one would save a third',
    fail: 'names them and their sizes',
    warn: 'an image without width and height; one below the fold that is not lazy; saving not measured (sharp absent)',
  },
  why: 'Images are most of what a page weighs: on a slow connection they decide whether a visitor stays.',
  remedy:
    'Import images through @sveltejs/enhanced-img (<enhanced:img src="./photo.jpg">): it writes AVIF and WebP in several widths, with width and height; give what is low on the page loading="lazy".',
  docs: [
    'https://web.dev/learn/images',
    'https://svelte.dev/docs/kit/images',
    'https://html.spec.whatwg.org/multipage/embedded-content.html#attr-img-loading',
  ],
  settings: z.strictObject({
    /** The heaviest that an image may be. */
    'max-bytes': z
      .int()
      .min(1)
      .default(200 * 1024),
    /** The part of an image that a modern format may save at most. */
    'max-saving': z
      .number()
      .min(0)
      .max(1)
      .default(1 / 3),
  }),
  loosening: ['max-bytes', 'max-saving'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'size, format and markup of the images of the pages; what WebP would save, where sharp is installed',
      settings: ['site.url'],
      needs: ['web.images'],
      judge: ({ 'web.images': looked }, { expect }) => {
        const faults = faultsOf(looked.images, expect);
        const lost = faults.length === 0 ? lostAsset(looked, ['page', 'image']) : null;
        if (lost) return lost;
        const warnings = warningsOf(looked);
        const heaviest = Math.max(0, ...looked.images.map(({ bytes }) => bytes));
        const seen = { images: looked.images.length, pages: looked.pages, heaviest, unasked: looked.unasked };
        if (looked.images.length === 0)
          return {
            status: 'unclear',
            reason: 'no-images',
            because: `${looked.pages} pages show no image of the site`,
            seen,
          };
        const because = `the heaviest of ${looked.images.length} images has ${kb(heaviest)}`;
        return failOrPass<Reason>(faults, { reason: 'optimized', because }, { seen, warnings });
      },
    }),
    make.attest('Are the images of the production site optimized?', 90),
  ],
});

interface Limits {
  'max-bytes': number;
  'max-saving': number;
}

function faultsOf(shown: readonly Image[], limits: Limits): Fault<Reason>[] {
  const faults: Fault<Reason>[] = [];
  const add = (reason: Reason, what: string, findings: readonly { where: string; what: string }[], fix: string) => {
    if (findings.length === 0) return;
    const named = someOf(findings.map((one) => `${one.where} (${one.what})`));
    faults.push({ reason, because: `${what}: ${named}`, fix, findings });
  };
  const heavy = shown.filter(({ bytes, cut }) => cut || bytes > limits['max-bytes']);
  const size = ({ bytes, cut }: Image) => (cut ? `more than ${kb(bytes)}` : kb(bytes));
  add(
    'too-heavy',
    `above ${kb(limits['max-bytes'])}`,
    heavy.map((one) => ({ where: one.url, what: size(one) })),
    'scale it down to the size at which it is shown, and write it as AVIF or WebP',
  );
  const legacy = shown.flatMap(({ url, bytes, format, saving }) => {
    if (saving.state !== 'measured') return [];
    const saved = bytes - saving.bytes;
    if (saved < PACKET || saved < bytes * limits['max-saving']) return [];
    return [{ where: url, what: `${format}, ${kb(bytes)}; ${kb(saving.bytes)} as WebP` }];
  });
  add('legacy-format', 'in a legacy format', legacy, 'write it as WebP or AVIF: cwebp -q 80 FILE -o FILE.webp');
  return faults;
}

function warningsOf({ images: shown, foreign, unasked }: Images): Warning<Reason>[] {
  const warnings: Warning<Reason>[] = [];
  const add = (reason: Reason, text: string, named: readonly string[]) => {
    if (named.length > 0) warnings.push({ reason, text: `${text}: ${someOf(named)}` });
  };
  const urls = (list: readonly Image[]) => list.map(({ url }) => url);
  add('no-dimensions', 'no width and height', urls(shown.filter(({ sized }) => !sized)));
  add('not-lazy', 'low on a page and not loading="lazy"', urls(shown.filter(({ lateAndEager }) => lateAndEager)));
  const unmeasured = shown.flatMap(({ url, saving, cut }) =>
    saving.state === 'not-measured' && !cut ? [`${url} (${saving.because})`] : [],
  );
  add('saving-not-measured', 'what WebP would save was not measured', unmeasured);
  const elsewhere = foreign.flatMap(({ host, images: count }) => (count > 0 ? [`${count} of ${host}`] : []));
  add('not-looked-at', 'images not looked at', [...elsewhere, ...(unasked > 0 ? [`${unasked} more of the site`] : [])]);
  return warnings;
}
