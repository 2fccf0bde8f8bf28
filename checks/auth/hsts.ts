import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { lostAnswer } from '../../src/core/site-answers.ts';
import { failOrPass, type Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { faultsOf, type HstsAnswer, isPage, warningsOf } from './hsts-faults.ts';

/** Where no fault was found: whether enough was seen to say that there is none. */
function notSeen(all: Facts['http.answers'], answers: readonly HstsAnswer[]): Judgement<'no-page'> | null {
  const lost = lostAnswer(all, ['page', 'not-found']);
  if (lost) return lost;
  if (answers.some((one) => one.https && one.kind === 'page' && isPage(one))) return null;
  const met = answers.slice(0, 3).map(({ url, status }) => `${status} on ${url}`);
  const because = `no page was seen over https, redirects alone: ${met.join(', ') || 'nothing came'}`;
  return { status: 'unclear', reason: 'no-page', because };
}

const shown = ({ url, https, values: [first] }: HstsAnswer) =>
  first && https
    ? [{ url, 'max-age': first.maxAge, includeSubDomains: first.includeSubDomains, preload: first.preload }]
    : [];

export const hsts = defineCheck({
  id: 'auth.hsts',
  item: 'HSTS header enabled',
  rule: {
    pass: 'on https, exactly one valid header with max-age of 31536000 or more (RFC 6797 grammar); includeSubDomains and preload shown',
    fail: 'missing on a page, malformed, differing duplicates, max-age too small or 0; sent over http only',
    warn: 'missing on a redirect, asset or API answer; equal duplicates; preload asked for, but not eligible (a year, includeSubDomains)',
  },
  why: 'A browser that has seen the header never asks by plain HTTP again, so nobody on the way can take the first request over.',
  remedy:
    'nginx: add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always; once, on every server block with TLS. Without a proxy: response.headers.set(…) in handle of src/hooks.server.ts.',
  docs: ['https://www.rfc-editor.org/rfc/rfc6797#section-6.1', 'https://hstspreload.org/#submission-requirements'],
  settings: z.strictObject({ 'max-age': z.int().min(1).default(31_536_000).describe('the least max-age, in seconds') }),
  loosening: ['max-age'],
  reasons: {
    'one-year': 'one valid header with a max-age that is long enough on every page',
    missing: 'a page does not send it over https',
    'http-only': 'it is sent over plain HTTP only, where browsers ignore it',
    malformed: 'the header breaks the grammar of RFC 6797',
    'differing-duplicates': 'two headers that differ: browsers read the first one only',
    'max-age-zero': 'max-age of 0 takes the protection away',
    'max-age-too-small': 'max-age is below the least',
    'missing-elsewhere': 'a redirect, an asset or an API answer does not send it',
    'equal-duplicates': 'the header is sent twice, alike',
    'preload-not-eligible': 'preload is asked for without a year or includeSubDomains',
    'no-page': 'no page was seen over https',
  },
  ways: (make) => [
    make.probe({
      how: 'Strict-Transport-Security of pages, a 404, redirects, assets and API answers',
      settings: ['site.url'],
      needs: ['http.hsts', 'http.answers'],
      judge: ({ 'http.hsts': { answers }, 'http.answers': all }, { expect }) => {
        const faults = faultsOf(answers, expect['max-age']);
        const unseen = faults.length === 0 && notSeen(all, answers);
        if (unseen) return unseen;
        const seen = answers.slice(0, 20).flatMap(shown);
        const value = answers.find((one) => one.https && isPage(one))?.values[0]?.value ?? '';
        const because = `${value} on ${answers.filter((one) => one.https && isPage(one)).length} pages over https`;
        return failOrPass(faults, { reason: 'one-year', because }, { seen, warnings: warningsOf(answers) });
      },
    }),
    make.attest('Does the site send Strict-Transport-Security for a year or more?', 90),
  ],
});
