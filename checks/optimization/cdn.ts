import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { isWell, lostAsset, someOf } from './assets.ts';

type Answer = Facts['web.transfers']['answers'][number];
type Reason = 'through-cdn' | 'immutable' | 'uncached' | 'no-assets';

const kinds = ['script', 'style', 'image'] as const;

export const cdn = defineCheck({
  id: 'optimization.cdn',
  item: 'Static assets on CDN',
  rule: {
    pass: "the page's scripts, styles and images come through a CDN, or carry immutable caching of a year with hashed names",
    fail: 'served uncached by the origin',
  },
  why: 'What a browser or an edge near it keeps is not fetched again from the origin: pages are there sooner, and the origin has its strength for what only it can answer.',
  remedy:
    'SvelteKit gives what it builds hashed names below /_app/immutable, which adapter-node serves with Cache-Control: public,max-age=31536000,immutable; import images instead of keeping them in static/, or put a CDN before the site.',
  docs: [
    'https://www.rfc-editor.org/rfc/rfc8246',
    'https://www.rfc-editor.org/rfc/rfc9111#name-max-age-2',
    'https://svelte.dev/docs/kit/images',
  ],
  settings: z.strictObject({
    /** Of an asset with a hashed name, seconds: a year. */
    'max-age': z.int().min(0).default(31_536_000),
  }),
  loosening: ['max-age'],
  reasons: {
    'through-cdn': 'the assets come through a CDN, by its headers, its addresses or its name',
    immutable: 'the assets have hashed names and may be kept for a year',
    uncached: 'an asset comes from the origin without immutable caching of a year, or under a name that stays',
    'no-assets': 'the pages have no script, style or image of the site',
  },
  ways: (make) => [
    make.probe({
      how: 'headers, addresses and names of the scripts, styles and images of the pages',
      settings: ['site.url'],
      needs: ['web.transfers'],
      judge: ({ 'web.transfers': transfers }, { expect }) => {
        const assets = transfers.answers.filter((one) => isWell(one) && kinds.some((kind) => kind === one.kind));
        const faults = faultsOf(assets, expect['max-age']);
        const lost = faults.length === 0 ? lostAsset(transfers, ['page', ...kinds]) : null;
        if (lost) return lost;
        const edges = [
          ...assets.flatMap(({ edge }) => edge?.provider ?? []),
          ...transfers.foreign.flatMap((one) => one.cdn ?? []),
        ];
        const networks = [...new Set(edges)];
        const seen = { assets: assets.length, networks, unasked: transfers.unasked };
        if (assets.length === 0 && networks.length === 0)
          return { status: 'unclear', reason: 'no-assets', because: 'the pages show no asset of the site', seen };
        const all = assets.every(({ edge }) => edge !== null);
        const because = all
          ? `the assets come through ${networks.join(', ')}`
          : `${assets.length} assets come through a CDN or have hashed names and may be kept for a year`;
        return failOrPass<Reason>(faults, { reason: all ? 'through-cdn' : 'immutable', because }, { seen });
      },
    }),
    make.attest('Do the static assets of the production site come through a CDN?', 90),
  ],
});

function faultsOf(assets: readonly Answer[], maxAge: number): Fault<Reason>[] {
  const wrong = assets.flatMap((one) => {
    const { immutable, maxAge: age, noStore } = one.cacheControl;
    if (one.edge !== null) return [];
    const kept = immutable && !noStore && age !== null && age >= maxAge;
    const lacks = [...(kept ? [] : ['not immutable for a year']), ...(one.hashed ? [] : ['its name has no hash'])];
    return lacks.length > 0 ? [{ where: one.url, what: lacks.join(', ') }] : [];
  });
  if (wrong.length === 0) return [];
  const because = `from the origin: ${someOf(wrong.map(({ where, what }) => `${where} (${what})`))}`;
  const fix = `serve assets under names with a hash and with Cache-Control: public, max-age=${maxAge}, immutable, or through a CDN`;
  return [{ reason: 'uncached', because, fix, findings: wrong }];
}
