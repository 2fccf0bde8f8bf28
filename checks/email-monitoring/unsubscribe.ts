import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Judgement, type Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import { addressState } from './unsubscribe-page.ts';

type Templates = Facts['product.templates'];
type Unsubscribe = Facts['product.unsubscribe'];

const reasons = {
  'links-work': 'each active marketing template has a link to unsubscribe that answers with a page',
  'no-link': 'a marketing template has no link to unsubscribe',
  'dead-link': 'a link to unsubscribe leads to no page',
  'needs-sign-in': 'a link to unsubscribe leads to the sign-in',
  'no-templates': 'the table holds no active template',
  'kind-unknown': 'nothing tells marketing templates from the rest',
  'no-marketing': 'no active template is marketing',
  'address-unseen': 'the address of a link is filled in as a whole, or on another host, so that it cannot be asked',
  undecided: 'the address answers as a random path does, or redirects',
  cut: 'there are more templates, or longer ones, than svcheck reads',
  'no-one-click': 'what the application sends has no one-click headers of RFC 8058',
  'sample-unreadable': 'the sample message cannot be read',
} as const;
type Reason = keyof typeof reasons;

export const unsubscribe = defineCheck({
  id: 'email-monitoring.unsubscribe',
  item: 'Unsubscribe links working',
  rule: {
    pass: 'each active marketing template holds an unsubscribe link, and its address with a token that svcheck made up (never a rendered link: a GET can unsubscribe a person) answers with a page',
    fail: 'a template without one, or a dead link',
    warn: 'no RFC 8058 one-click headers (List-Unsubscribe with List-Unsubscribe-Post) in what the application sends, where a sample message is configured',
  },
  why: 'Whoever finds no way out presses “spam”, and the law asks for the way out.',
  remedy:
    'Put {{unsubscribe_url}} into every marketing template, and let its route answer a token it does not know with a page, not with an error.',
  docs: [
    'https://www.rfc-editor.org/rfc/rfc8058',
    'https://www.rfc-editor.org/rfc/rfc2369',
    'https://support.google.com/a/answer/81126',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'the links of active marketing templates, their addresses asked with a made-up token, and a sample message',
      settings: ['email.tables', 'email.sample'],
      needs: ['product.templates'],
      wants: ['product.unsubscribe', 'product.sample'],
      judge({ 'product.templates': templates, 'product.unsubscribe': asked, 'product.sample': sample }) {
        const { marketing, table } = templates;
        const warnings = warningsOf(sample);
        const seen = { table, active: templates.active, marketing: marketing.map(({ name }) => name).slice(0, 20) };
        const faults = [...withoutLink(templates), ...(asked.state === 'known' ? deadLinks(asked.value) : [])];
        const open = faults.length === 0 ? openQuestion(templates, asked) : null;
        if (open) return open.status === 'error' ? open : { ...open, seen, warnings };
        const because = `${marketing.length} active marketing template${marketing.length === 1 ? '' : 's'} of ${table}, each with a link that answers with a page`;
        return failOrPass<Reason>(faults, { reason: 'links-work', because }, { seen, warnings });
      },
    }),
    make.unbuilt('evidence'),
    make.attest('Does every marketing mail hold a link to unsubscribe that works?', 90),
  ],
});

function withoutLink({ marketing, table, cut }: Templates): Fault<Reason>[] {
  const without = cut ? [] : marketing.filter(({ links }) => links.length === 0).map(({ name }) => name);
  if (without.length === 0) return [];
  const names = `${without.slice(0, 5).join(', ')}${without.length > 5 ? ` and ${without.length - 5} more` : ''}`;
  const findings = without.slice(0, 50).map((name) => ({ where: `${table}: ${name}`, what: 'no link to unsubscribe' }));
  return [{ reason: 'no-link', because: `no link to unsubscribe in ${names}`, fix: `add one to ${names}`, findings }];
}

function deadLinks({ answers, control }: Unsubscribe): Fault<Reason>[] {
  return answers.flatMap((answer): Fault<Reason>[] => {
    const state = addressState(answer, control);
    const { address, status, location } = answer;
    if (state === 'sign-in') {
      const because = `${address} ${location ? `redirects to ${location}` : `answers ${status}`}`;
      return [{ reason: 'needs-sign-in', because, fix: `let ${address} work without a session: its token is enough` }];
    }
    if (state !== 'dead') return [];
    return [
      {
        reason: 'dead-link',
        because: `${address} answers ${status}`,
        fix: `serve a page at ${address}, for an unknown token too`,
      },
    ];
  });
}

/** What keeps the line from being decided; null where nothing does. */
function openQuestion(templates: Templates, asked: Known<Unsubscribe>): Judgement<Reason> | null {
  const open = (reason: Reason, because: string): Judgement<Reason> => ({ status: 'unclear', reason, because });
  const { active, kind, marketing, table, cut } = templates;
  if (active === 0) return open('no-templates', `${table} holds no active template`);
  if (kind === null)
    return open('kind-unknown', `no column of ${table} tells which of ${active} active templates are marketing`);
  if (marketing.length === 0)
    return open('no-marketing', `none of ${active} active templates of ${table} is marketing by its ${kind}`);
  if (cut) return open('cut', `${table} holds more marketing templates, or longer ones, than svcheck reads`);
  const unseen = marketing.find(({ links }) => !links.some(({ own, address }) => own && address !== null));
  if (unseen) return open('address-unseen', `the link of ${unseen.name} shows no address on the site itself`);
  if (asked.state === 'unreachable') {
    const { cause: reason, because, fix } = asked;
    return { status: 'error', reason, because, fix };
  }
  if (asked.state === 'absent') return open('address-unseen', asked.because);
  const { answers, control } = asked.value;
  const odd = answers.find((answer) => addressState(answer, control) === 'undecided');
  return odd ? open('undecided', `${odd.address} answers ${odd.status}, a random path ${control.status}`) : null;
}

function warningsOf(sample: Known<Facts['product.sample']>): Warning<Reason>[] {
  if (sample.state === 'unreachable') return [{ reason: 'sample-unreadable', text: sample.because }];
  if (sample.state === 'absent' || (sample.value.post && sample.value.schemes.includes('https'))) return [];
  const { file, schemes, post } = sample.value;
  const lacks = schemes.includes('https') ? [] : ['an https address in List-Unsubscribe'];
  const all = [...lacks, ...(post ? [] : ['List-Unsubscribe-Post: List-Unsubscribe=One-Click'])];
  return [{ reason: 'no-one-click', text: `${file} lacks ${all.join(' and ')} (RFC 8058)` }];
}
