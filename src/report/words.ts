import type { Report, Result, Status, Summary } from '../core/report.ts';

/** Words that several formats share. */
export const statusWord: Readonly<Record<Report['status'], string>> = {
  ready: 'Ready',
  'not-ready': 'Not Ready',
  deployed: 'Deployed',
};

/** The status of a line as a person reads it. */
export const lineWord = ({ status, waived }: Result): string => (waived ? `waived ${status}` : status);

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

const counted: readonly [keyof Summary, (count: number) => string][] = [
  ['fail', (count) => `${count} fail`],
  ['error', (count) => plural(count, 'error')],
  ['manual', (count) => `${count} manual`],
  ['pass', (count) => `${count} pass`],
  ['n/a', (count) => `${count} n/a`],
  ['skipped', (count) => `${count} skipped`],
  ['waived', (count) => `${count} waived`],
  ['warnings', (count) => plural(count, 'warning')],
];

/** `1 fail`, `2 errors` … what there is of each, the worst first. */
export const countWords = (summary: Summary): string[] =>
  counted.flatMap(([key, words]) => (summary[key] > 0 ? [words(summary[key])] : []));

const order: readonly Status[] = ['fail', 'error', 'manual', 'skipped', 'n/a', 'pass'];

/** The worst first, in the document's order within. */
export const worstFirst = (results: readonly Result[]): Result[] => [...results].sort((a, b) => weight(a) - weight(b));

const weight = (result: Result): number => (result.waived ? order.length : order.indexOf(result.status));

/** Why this exit code, and what stands between it and Ready. */
export function exitWords({ gate, summary, status, results }: Report): string {
  const why = `exit ${gate.exit}: ${gate.because}`;
  if (gate.exit !== 0 || status === 'ready') return why;
  const left = results.filter(
    (result) => !['pass', 'n/a'].includes(result.status) && !result.waived && !result.advisory,
  );
  const kinds = [summary.manual > 0 && `${summary.manual} manual`, summary.skipped > 0 && `${summary.skipped} skipped`]
    .filter(Boolean)
    .join(' and ');
  const number = kinds ? summary.manual + summary.skipped : left.length;
  const lines = `${kinds || String(number)} ${number === 1 ? 'line is' : 'lines are'} left`;
  return `${why}; ${lines}, so it is not Ready, and --require ready would exit 3`;
}

/** A flag or a setting, as opposed to a command that a person runs. */
const isSetting = (add: string): boolean => /^(?:--[a-z-]+( \S+)?|[a-z][\w-]*(?:\.[\w*-]+)*(?::.*)?)$/i.test(add);

/** The one or two settings that would decide the most undecided lines; empty where none would. */
export function hintWords(results: readonly Result[]): string {
  const lines = new Map<string, number>();
  for (const { add } of results) if (add && isSetting(add)) lines.set(add, (lines.get(add) ?? 0) + 1);
  const best = [...lines].sort((a, b) => b[1] - a[1]).slice(0, 2);
  if (best.length === 0) return '';
  const sum = best.reduce((total, [, count]) => total + count, 0);
  const subject = best.length === 1 ? 'One setting' : 'Two settings';
  return `${subject} would decide ${sum} more ${sum === 1 ? 'line' : 'lines'}: ${best.map(([add, count]) => `${add} (${count})`).join(', ')}`;
}

/** Notes on exceptions that a reader of the report must see, one line each. */
export function exceptionWords({ waivers, loosened }: Report): string[] {
  const who = ({ check, reasons, owner, until }: Report['waivers']['active'][number]) =>
    `${check} (${reasons.join(', ')}; ${owner}, until ${until})`;
  return [
    ...waivers.active.map((one) => `waiver in force: ${who(one)}`),
    ...waivers.expired.map((one) => `waiver expired: ${who(one)}`),
    ...waivers.unused.map((one) => `waiver without effect: ${who(one)}`),
    ...loosened.map(
      ({ check, setting, value }) => `milder than the default: ${check} ${setting} ${JSON.stringify(value)}`,
    ),
  ];
}
