import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Fault } from '../../src/core/verdict.ts';
import { type Answer, documentsOf, findingsOf, named, noPage, notSeen, whereToSet } from './documents.ts';

type Value = 'block' | 'disabled' | 'missing' | 'other-value';

function valueOf({ headers }: Answer): Value {
  const values = (headers['x-xss-protection'] ?? []).flatMap((line) => line.split(',')).map((value) => value.trim());
  if (values.length === 0) return 'missing';
  if (values.every((value) => /^1\s*;\s*mode\s*=\s*block$/i.test(value))) return 'block';
  return values.every((value) => value === '0') ? 'disabled' : 'other-value';
}

const dropped = {
  reason: 'obsolete',
  text: 'browsers dropped X-XSS-Protection years ago, and where it still works it can open holes: a Content-Security-Policy is what protects (headers.csp)',
} as const;

export const xssProtection = defineCheck({
  id: 'headers.xss-protection',
  item: 'X-XSS-Protection: 1; mode=block',
  rule: {
    pass: 'as the document asks; a warning says that browsers dropped it and CSP is what protects; `0` passes where svcheck.yaml sets the modern rule',
    fail: 'missing or another value',
  },
  why: 'The document asks for it for the sake of old browsers. Current ones ignore it.',
  remedy:
    'add_header X-XSS-Protection "1; mode=block" always; or, by the modern rule (expect: { headers.xss-protection: { rule: modern } }), 0.',
  docs: [
    'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-XSS-Protection',
    'https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html#x-xss-protection',
  ],
  settings: z.strictObject({
    rule: z.enum(['document', 'modern']).default('document').describe('document: 1; mode=block. modern: 0 passes too'),
  }),
  loosening: ['rule'],
  reasons: {
    block: '1; mode=block on every page',
    disabled: '0 on every page, where the modern rule is set',
    missing: 'a page does not send it',
    'other-value': 'a page sends another value',
    obsolete: 'browsers dropped it; a Content-Security-Policy is what protects',
    'no-page': noPage,
  },
  ways: (make) => [
    make.probe({
      how: 'X-XSS-Protection of the pages and of a 404',
      settings: ['site.url'],
      needs: ['http.answers'],
      judge: ({ 'http.answers': answers }, { expect }) => {
        const documents = documentsOf(answers);
        const wrong = (one: Answer) => {
          const value = valueOf(one);
          if (value === 'block' || (value === 'disabled' && expect.rule === 'modern')) return null;
          return value === 'disabled' ? 'other-value' : value;
        };
        const faults = (['missing', 'other-value'] as const).flatMap((reason): Fault<'missing' | 'other-value'>[] => {
          const these = documents.filter((one) => wrong(one) === reason);
          if (these.length === 0) return [];
          const sent = these[0]?.headers['x-xss-protection']?.join(', ').slice(0, 60);
          const what = reason === 'missing' ? 'is missing' : `is ${sent ?? ''}`;
          const because = `X-XSS-Protection ${what} on ${named(these, answers.site)}`;
          return [
            { reason, because, findings: findingsOf(these, what), fix: whereToSet('X-XSS-Protection: 1; mode=block') },
          ];
        });
        const unseen = faults.length === 0 && notSeen(answers, ['page', 'not-found']);
        if (unseen) return unseen;
        const reason = documents.every((one) => valueOf(one) === 'disabled') ? 'disabled' : 'block';
        const because = `${reason === 'block' ? '1; mode=block' : '0'} on ${named(documents, answers.site)}`;
        const warnings = faults.length === 0 && reason === 'block' ? [dropped] : [];
        return failOrPass(faults, { reason, because }, { warnings });
      },
    }),
    make.attest('Do all pages of the site send X-XSS-Protection as the document asks?', 90),
  ],
});
