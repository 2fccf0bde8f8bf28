import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Fault } from '../../src/core/verdict.ts';
import { type Answer, findingsOf, kindsOf, named, noPage, notSeen, whereToSet } from './documents.ts';

type Flaw = 'missing' | 'other-value';

/** Fetch Standard, "determine nosniff": the first value alone decides. */
const flawOf = ({ contentTypeOptions: [first] }: Answer): Flaw | null =>
  first === 'nosniff' ? null : first === undefined ? 'missing' : 'other-value';

const words: Readonly<Record<Flaw, string>> = {
  missing: 'X-Content-Type-Options is missing',
  'other-value': 'X-Content-Type-Options is something else than nosniff',
};
const flaws = Object.keys(words) as Flaw[];

export const contentTypeOptions = defineCheck({
  id: 'headers.content-type-options',
  item: 'X-Content-Type-Options: nosniff',
  rule: {
    pass: 'nosniff on every response looked at, scripts and styles too',
    fail: 'missing or another value; names the kinds of answer (page, 404, redirect, script, style, API)',
  },
  why: 'Without it a browser may take an uploaded file or an API answer for a script or a page by its content, and run it.',
  remedy:
    "nginx: add_header X-Content-Type-Options nosniff always; in the server block, for static and prerendered files bypass SvelteKit's hooks.",
  docs: [
    'https://fetch.spec.whatwg.org/#x-content-type-options-header',
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Content-Type-Options',
  ],
  reasons: {
    nosniff: 'nosniff on every answer looked at',
    missing: 'an answer does not send it',
    'other-value': 'an answer sends another value',
    'no-page': noPage,
  },
  ways: (make) => [
    make.probe({
      how: 'X-Content-Type-Options of pages, a 404, redirects, scripts, styles, images and API answers',
      settings: ['site.url'],
      needs: ['http.answers'],
      judge: ({ 'http.answers': answers }) => {
        const all = answers.answers.filter(({ kind }) => kind !== 'plain-http');
        const faults = flaws.flatMap((reason): Fault<Flaw>[] => {
          const these = all.filter((one) => flawOf(one) === reason);
          if (these.length === 0) return [];
          const because = `${words[reason]} (${kindsOf(these)}): ${named(these, answers.site)}`;
          const findings = findingsOf(these, words[reason]);
          return [{ reason, because, findings, fix: whereToSet('X-Content-Type-Options: nosniff with every answer') }];
        });
        const kinds = ['page', 'not-found', 'redirect', 'script', 'style', 'image', 'api'] as const;
        const unseen = faults.length === 0 && notSeen(answers, kinds);
        if (unseen) return unseen;
        const because = `nosniff on all ${all.length} answers looked at (${kindsOf(all)})`;
        return failOrPass(
          faults,
          { reason: 'nosniff', because },
          { seen: { answers: all.length, kinds: kindsOf(all) } },
        );
      },
    }),
    make.attest('Do all answers of the site send X-Content-Type-Options: nosniff?', 90),
  ],
});
