import { lostAnswer } from '../../src/core/site-answers.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

export type Answers = Facts['http.answers'];
export type Answer = Answers['answers'][number];

const isRedirect = ({ status }: Pick<Answer, 'status'>): boolean => status >= 300 && status < 400;

/** What a browser shows as a document: pages, the 404, and an API that answers with HTML. */
export const documentsOf = ({ answers }: Answers): Answer[] =>
  answers.filter((one) => one.html && !isRedirect(one) && ['page', 'not-found', 'api'].includes(one.kind));

const kindNames: Readonly<Record<Answer['kind'], string>> = {
  page: 'page',
  'not-found': '404',
  redirect: 'redirect',
  script: 'script',
  style: 'style',
  image: 'image',
  api: 'API',
  'plain-http': 'plain HTTP',
};

/** `page /login`, with the host where it is another origin. */
const nameOf = ({ kind, url }: Pick<Answer, 'kind' | 'url'>, site: string): string =>
  `${kindNames[kind]} ${url.startsWith(`${site}/`) ? url.slice(site.length) : url}`;

const LISTED = 3;

/** `page /, 404 /x and 4 more` */
export function named(answers: readonly Pick<Answer, 'kind' | 'url'>[], site: string): string {
  const listed = answers.slice(0, LISTED).map((one) => nameOf(one, site));
  const more = answers.length - listed.length;
  return listed.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** The kinds of answer, in the words of the checklist: `page, 404, script`. */
export const kindsOf = (answers: readonly Pick<Answer, 'kind'>[]): string =>
  [...new Set(answers.map(({ kind }) => kindNames[kind]))].join(', ');

export const findingsOf = (answers: readonly Pick<Answer, 'kind' | 'url'>[], what: string) =>
  answers.map(({ kind, url }) => ({ where: url, what: `${kindNames[kind]}: ${what}` }));

/**
 * Why nothing can pass on what was seen, where that is so: a page that could not be had or read to its end, no page
 * asked for, or none but a wall before them. For a judge that has found no fault.
 * @param kinds whose absence matters
 */
export function notSeen(answers: Answers, kinds: readonly Answer['kind'][]): Judgement<'no-page'> | null {
  const lost = lostAnswer(answers, kinds);
  if (lost) return lost;
  const pages = answers.answers.filter(({ kind }) => kind === 'page' || kind === 'redirect');
  if (pages.some(({ kind, html, status }) => kind === 'page' && html && status >= 200 && status < 300)) return null;
  const met = pages.map((one) => `${one.status} on ${nameOf(one, answers.site)}`).slice(0, LISTED);
  const because = `no page answers 200 with HTML to somebody who is not signed in: ${met.join(', ') || 'nothing came'}`;
  return { status: 'unclear', reason: 'no-page', because };
}

export const noPage = 'no page answers 200 with HTML to somebody who is not signed in';

export const whereToSet = (line: string): string =>
  `send ${line}: response.headers.set(…) in handle of src/hooks.server.ts, and in the web server before it for what it serves by itself (prerendered and static files bypass the hook)`;
