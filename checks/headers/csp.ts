import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Judgement } from '../../src/core/verdict.ts';
import { faultsOf, warningsOf } from './csp-faults.ts';
import type { CspAnswer } from './csp-table.ts';
import { noPage, notSeen } from './documents.ts';

/** What was not read, or not fetched again, cannot pass. */
function unread(answers: readonly CspAnswer[]): Judgement<never> | null {
  const long = answers.find(({ tooLong }) => tooLong);
  if (long) {
    const because = `the policy or the page at ${long.url} is too long to be read`;
    return {
      status: 'error',
      reason: 'too-large',
      because,
      fix: 'shorten the policy to less than 32 KB and 600 sources',
    };
  }
  const once = answers.find(({ notRepeated }) => notRepeated);
  if (!once?.notRepeated) return null;
  const { cause, because } = once.notRepeated;
  const fix =
    'see why the page cannot be fetched twice in a row: a nonce is only known to be fresh against a second one';
  return { status: 'error', reason: cause, because: `${once.url} on a second fetch: ${because}`, fix };
}

export const csp = defineCheck({
  id: 'headers.csp',
  item: 'Content-Security-Policy (CSP) configured',
  rule: {
    pass: 'on every HTML answer looked at, the policies in force together (several headers, meta) leave no serious finding of csp_evaluator (judged by finding type and directive in a table of ours, with its HIGH and SYNTAX as the start; one counts only if no policy in force prevents it)',
    fail: 'missing, report-only, unsafe-inline or a wildcard or http: or data: for scripts without nonce, hash or strict-dynamic, no object-src guard, no base-uri where nonces or strict-dynamic are used; a nonce that repeats on a second fetch',
    warn: 'an allow-listed host with a known bypass; an unknown directive; no base-uri elsewhere; unsafe-eval; a repeated directive; cross-origin scripts without integrity',
  },
  why: 'A policy that names where scripts may come from is what keeps an injected one from running. A loose one looks the same in the header and stops nothing.',
  remedy:
    "SvelteKit: kit.csp = { mode: 'nonce', directives: { 'default-src': ['self'], 'script-src': ['self'], 'object-src': ['none'], 'base-uri': ['none'], 'frame-ancestors': ['none'] } } in svelte.config.js.",
  docs: [
    'https://www.w3.org/TR/CSP3/',
    'https://csp.withgoogle.com/docs/strict-csp.html',
    'https://svelte.dev/docs/kit/configuration#csp',
  ],
  reasons: {
    strict: 'the policies in force leave no serious finding on any page',
    missing: 'a page has no policy',
    'report-only': 'a page only reports, nothing is prevented',
    'unsafe-inline': 'inline scripts run',
    wildcard: 'scripts of every host run',
    'scheme-source': 'scripts of every host of a scheme run (http:, https:)',
    'data-source': 'scripts in data: addresses run',
    'no-script-src': 'nothing says where scripts may come from',
    'nonce-repeats': 'the nonce of a page is the same on a second fetch',
    'no-object-src': 'plugins are not barred (object-src, default-src)',
    'no-base-uri': 'an injected base element can bend relative addresses',
    syntax: 'a mistake that makes a part of the policy void',
    'known-bypass': 'a host is allowed that is known to serve scripts which get around the policy',
    'unknown-directive': 'a directive that browsers do not know',
    'unsafe-eval': 'text can be run as code',
    'repeated-directive': 'a directive stands there twice, the second one is ignored',
    'no-integrity': 'scripts of other origins come without integrity',
    'no-page': noPage,
  },
  ways: (make) => [
    make.probe({
      how: 'the policies of the pages and of a 404, by header and meta element, with a second fetch for nonces',
      settings: ['site.url'],
      needs: ['http.csp', 'http.answers'],
      judge: ({ 'http.csp': { site, answers: seen }, 'http.answers': answers }) => {
        const faults = faultsOf(seen, site);
        const unseen = faults.length === 0 && (unread(seen) ?? notSeen(answers, ['page', 'not-found']));
        if (unseen) return unseen;
        const policies = seen.slice(0, 20).map(({ url, policies: inForce, reportOnly }) => ({
          url,
          policies: inForce.map(({ from, directives }) => ({
            from,
            policy: directives
              .map(({ name, values }) => [name, ...values].join(' '))
              .join('; ')
              .slice(0, 1000),
          })),
          reportOnly,
        }));
        const because = `no serious finding on ${seen.length} HTML answers`;
        return failOrPass(faults, { reason: 'strict', because }, { seen: policies, warnings: warningsOf(seen, site) });
      },
    }),
    make.attest('Do all pages have a Content-Security-Policy that keeps injected scripts from running?', 90),
  ],
});
