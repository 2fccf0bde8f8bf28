import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Fault, type Warning } from '../../src/core/verdict.ts';
import { type Answer, documentsOf, findingsOf, named, noPage, notSeen, whereToSet } from './documents.ts';

const leaking = ['unsafe-url', 'no-referrer-when-downgrade'] as const;
const originOnly = ['origin', 'origin-when-cross-origin'] as const;
type Flaw = 'missing' | 'unrecognised' | (typeof leaking)[number];

/** The policy that a document ends up with: a meta element replaces the header's. */
const inForce = ({ referrerPolicy, metaReferrer }: Answer): string | null => metaReferrer ?? referrerPolicy.effective;

function flawOf(one: Answer): Flaw | null {
  const policy = inForce(one);
  const leak = leaking.find((token) => token === policy);
  if (leak) return leak;
  if (one.referrerPolicy.tokens.length === 0) return 'missing';
  return one.referrerPolicy.effective === null ? 'unrecognised' : null;
}

const words: Readonly<Record<Flaw, string>> = {
  'unsafe-url': 'the policy in force is unsafe-url, which sends full addresses to other sites',
  'no-referrer-when-downgrade':
    'the policy in force is no-referrer-when-downgrade, which sends full addresses to other https sites',
  missing: 'Referrer-Policy is missing',
  unrecognised: 'Referrer-Policy has no token that browsers know',
};
const flaws = Object.keys(words) as Flaw[];

function warningsFor(documents: readonly Answer[], site: string): Warning<'origin-only'>[] {
  const these = documents.filter((one) => originOnly.some((token) => token === inForce(one)));
  if (these.length === 0) return [];
  const text = `${inForce(these[0] as Answer) ?? ''} sends the origin over plain HTTP too: ${named(these, site)}; strict-origin-when-cross-origin does not`;
  return [{ reason: 'origin-only', text }];
}

export const referrerPolicy = defineCheck({
  id: 'headers.referrer-policy',
  item: 'Referrer-Policy configured',
  rule: {
    pass: 'the last recognised token is one that never sends a full URL to another origin',
    fail: 'missing, no recognised token, or the last recognised one is unsafe-url or no-referrer-when-downgrade',
    warn: 'origin or origin-when-cross-origin',
  },
  why: 'Addresses hold ids and tokens of reset links. Without a policy of its own, what a visitor clicks on may learn them.',
  remedy: 'add_header Referrer-Policy strict-origin-when-cross-origin always;',
  docs: [
    'https://www.w3.org/TR/referrer-policy/#referrer-policies',
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Referrer-Policy',
  ],
  reasons: {
    'no-full-url': 'no page sends a full address to another origin',
    missing: 'a page does not send it',
    unrecognised: 'a page sends no token that browsers know',
    'unsafe-url': 'full addresses go to every site',
    'no-referrer-when-downgrade': 'full addresses go to every https site',
    'origin-only': 'the origin goes out over plain HTTP too',
    'no-page': noPage,
  },
  ways: (make) => [
    make.probe({
      how: 'Referrer-Policy of the pages and of a 404, and their meta elements',
      settings: ['site.url'],
      needs: ['http.answers'],
      judge: ({ 'http.answers': answers }) => {
        const { site } = answers;
        const documents = documentsOf(answers);
        const faults = flaws.flatMap((reason): Fault<Flaw>[] => {
          const these = documents.filter((one) => flawOf(one) === reason);
          if (these.length === 0) return [];
          const because = `${words[reason]}: ${named(these, site)}`;
          const fix = whereToSet('Referrer-Policy: strict-origin-when-cross-origin');
          return [{ reason, because, findings: findingsOf(these, words[reason]), fix }];
        });
        const unseen = faults.length === 0 && notSeen(answers, ['page', 'not-found']);
        if (unseen) return unseen;
        const policies = [...new Set(documents.map(inForce))];
        const because = `${policies.join(', ')} on ${named(documents, site)}`;
        const rest = { seen: { policies }, warnings: warningsFor(documents, site) };
        return failOrPass(faults, { reason: 'no-full-url', because }, rest);
      },
    }),
    make.attest('Do all pages of the site send a Referrer-Policy that keeps full addresses from other sites?', 90),
  ],
});
