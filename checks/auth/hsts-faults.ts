import type { Fault, Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

export type HstsAnswer = Facts['http.hsts']['answers'][number];

export type Flaw =
  | 'missing'
  | 'http-only'
  | 'malformed'
  | 'differing-duplicates'
  | 'max-age-zero'
  | 'max-age-too-small';
export type Doubt = 'missing-elsewhere' | 'equal-duplicates' | 'preload-not-eligible';

/** hstspreload.org, "Submission Requirements". */
const PRELOAD_SECONDS = 31_536_000;

export const isPage = ({ kind, status }: HstsAnswer): boolean =>
  (kind === 'page' || kind === 'not-found') && (status < 300 || status > 399);

const differ = ({ values }: HstsAnswer): boolean =>
  new Set(values.map(({ value }) => value.toLowerCase().trim())).size > 1;

/** @param least seconds */
function flawOf(answer: HstsAnswer, least: number): { reason: Flaw; what: string } | null {
  const { values } = answer;
  const [first] = values;
  if (!first) return isPage(answer) ? { reason: 'missing', what: 'no header' } : null;
  if (differ(answer)) return { reason: 'differing-duplicates', what: values.map(({ value }) => value).join(' and ') };
  const [error] = first.errors;
  if (error !== undefined) return { reason: 'malformed', what: `${first.value} (${error})` };
  const age = first.maxAge ?? 0;
  if (age >= least) return null;
  return { reason: age === 0 ? 'max-age-zero' : 'max-age-too-small', what: `max-age=${age}` };
}

const remedy = (least: number) =>
  `send Strict-Transport-Security: max-age=${Math.max(least, PRELOAD_SECONDS)}; includeSubDomains once with every https answer, from the web server or the handle hook, not from both`;

const order: readonly Flaw[] = ['missing', 'malformed', 'differing-duplicates', 'max-age-zero', 'max-age-too-small'];

/** What stands against the https answers, the worst first. @param least seconds */
export function faultsOf(answers: readonly HstsAnswer[], least: number): Fault<Flaw>[] {
  const secure = answers.filter(({ https }) => https);
  const said = secure.flatMap((answer) => {
    const flaw = flawOf(answer, least);
    return flaw ? [{ ...flaw, url: answer.url }] : [];
  });
  const plain = answers.find(({ https, values }) => !https && values.length > 0);
  const plainPage = answers.find((answer) => !answer.https && isPage(answer));
  if (secure.length === 0 && plainPage) said.push({ reason: 'missing', what: 'no https', url: plainPage.url });
  const faults = order.flatMap((reason): Fault<Flaw>[] => {
    const these = said.filter((one) => one.reason === reason);
    const [first] = these;
    if (!first) return [];
    const more = these.length > 1 ? ` and ${these.length - 1} more` : '';
    const because = `${first.what.slice(0, 200)} on ${first.url}${more}`;
    return [{ reason, because, fix: remedy(least), findings: these.map(({ url, what }) => ({ where: url, what })) }];
  });
  const onlyPlain = plain && said.length > 0 && !secure.some(({ values }) => values.length > 0);
  if (!onlyPlain) return faults;
  const because = `${plain.url} sends the header over plain HTTP, where browsers ignore it, and no https answer has it`;
  return [{ reason: 'http-only', because, fix: remedy(least) }, ...faults];
}

export function warningsOf(answers: readonly HstsAnswer[]): Warning<Doubt>[] {
  const secure = answers.filter(({ https }) => https);
  const bare = secure.filter((answer) => !isPage(answer) && answer.values.length === 0);
  const twice = secure.filter((answer) => answer.values.length > 1 && !differ(answer));
  const asks = secure.filter(({ values: [first] }) => first?.preload);
  const early = asks.filter(
    ({ values: [first] }) => !first?.includeSubDomains || (first.maxAge ?? 0) < PRELOAD_SECONDS,
  );
  const of = (reason: Doubt, these: HstsAnswer[], text: string): Warning<Doubt>[] => {
    const more = these.length > 1 ? ` and ${these.length - 1} more` : '';
    return these[0] ? [{ reason, text: `${text}: ${these[0].kind} ${these[0].url}${more}` }] : [];
  };
  return [
    ...of('missing-elsewhere', bare, 'no header on what is no page'),
    ...of('equal-duplicates', twice, 'the header is sent twice, alike'),
    ...of('preload-not-eligible', early, 'preload is asked for, but needs a year and includeSubDomains'),
  ];
}
