import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Fault } from '../../src/core/verdict.ts';
import { type Answer, documentsOf, findingsOf, named, noPage, notSeen, whereToSet } from './documents.ts';

type Flaw = 'missing' | 'sameorigin' | 'allow-from' | 'differing-values' | 'unknown-value';

/** HTML Standard, "The `X-Frame-Options` header": equal values count as one, differing ones block only some browsers. */
function flawOf({ frameOptions }: Answer): Flaw | null {
  const values = new Set(frameOptions);
  const [value = ''] = values;
  if (values.size > 1) return 'differing-values';
  if (value === 'deny') return null;
  if (value === 'sameorigin') return 'sameorigin';
  if (value.startsWith('allow-from')) return 'allow-from';
  return value === '' ? 'missing' : 'unknown-value';
}

const words: Readonly<Record<Flaw, string>> = {
  missing: 'X-Frame-Options is missing',
  'differing-values': 'X-Frame-Options is sent with two different values',
  'allow-from': 'X-Frame-Options is ALLOW-FROM, which browsers ignore',
  sameorigin: 'X-Frame-Options is SAMEORIGIN',
  'unknown-value': 'X-Frame-Options has a value that browsers ignore',
};
const flaws = Object.keys(words) as Flaw[];

const sentBy = ({ url, headers }: Answer) => ({
  url,
  'x-frame-options': headers['x-frame-options'] ?? [],
  'frame-ancestors': (headers['content-security-policy'] ?? []).flatMap(
    (policy) => /(?:^|[;,])\s*frame-ancestors([^;,]*)/i.exec(policy)?.[1]?.trim() ?? [],
  ),
});

export const frameOptions = defineCheck({
  id: 'headers.frame-options',
  item: 'X-Frame-Options: DENY',
  rule: {
    pass: "DENY on every HTML page (frame-ancestors 'none' is shown beside it)",
    fail: 'missing, SAMEORIGIN, ALLOW-FROM, two different values',
  },
  why: 'A page that another site can put into a frame can be made to take clicks meant for something else (clickjacking).',
  remedy:
    "nginx: add_header X-Frame-Options DENY always; or response.headers.set('X-Frame-Options', 'DENY') in handle; one of the two, not both.",
  docs: [
    'https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-x-frame-options-header',
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Frame-Options',
  ],
  reasons: {
    deny: 'DENY on every HTML page',
    missing: 'a page does not send it',
    'differing-values': 'a page sends two different values',
    'allow-from': 'ALLOW-FROM, which browsers ignore',
    sameorigin: 'SAMEORIGIN where DENY is asked for',
    'unknown-value': 'a value that browsers ignore',
    'no-page': noPage,
  },
  ways: (make) => [
    make.probe({
      how: 'X-Frame-Options of the pages and of a 404',
      settings: ['site.url'],
      needs: ['http.answers'],
      judge: ({ 'http.answers': answers }) => {
        const documents = documentsOf(answers);
        const faults = flaws.flatMap((reason): Fault<Flaw>[] => {
          const these = documents.filter((one) => flawOf(one) === reason);
          if (these.length === 0) return [];
          const because = `${words[reason]} on ${named(these, answers.site)}`;
          const findings = findingsOf(these, words[reason]);
          return [{ reason, because, findings, fix: whereToSet('X-Frame-Options: DENY, once') }];
        });
        const unseen = faults.length === 0 && notSeen(answers, ['page', 'not-found']);
        if (unseen) return unseen;
        const because = `DENY on ${documents.length} HTML answers: ${named(documents, answers.site)}`;
        return failOrPass(faults, { reason: 'deny', because }, { seen: documents.slice(0, 20).map(sentBy) });
      },
    }),
    make.attest('Do all pages of the site send X-Frame-Options: DENY?', 90),
  ],
});
