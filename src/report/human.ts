import { Chalk, type ChalkInstance } from 'chalk';
import type { Evidence, Report, Result, Status } from '../core/report.ts';
import { safe } from './escape.ts';
import type { RenderOptions } from './options.ts';
import { countWords, exceptionWords, exitWords, hintWords, lineWord, statusWord } from './words.ts';
import { wrap } from './wrap.ts';

type Paint = (text: string) => string;

const marks: Readonly<Record<Status, string>> = {
  pass: '✓',
  fail: '✗',
  error: '!',
  manual: '?',
  'n/a': '–',
  skipped: '·',
};
const asciiMarks: Readonly<Record<Status, string>> = {
  pass: '+',
  fail: 'x',
  error: '!',
  manual: '?',
  'n/a': '-',
  skipped: '.',
};

/** The report for a person: a section at a time, detail under what is not well, the verdict last. */
export function renderHuman(report: Report, options: RenderOptions): string {
  const chalk = new Chalk({ level: options.colour ? 1 : 0 });
  const page = new Page(report, options, chalk);
  const text = [...page.head(), '', ...page.sections(), ...page.end()].join('\n');
  return `${options.ascii ? toAscii(text) : text}\n`;
}

const ascii: Readonly<Record<string, string>> = {
  '·': '|',
  '…': '...',
  '⚠': '!',
  '’': "'",
  '–': '-',
  '├': '|',
  '└': '`',
  '│': '|',
  '─': '-',
};

const toAscii = (text: string): string => text.replace(/[^\x00-\x7f]/g, (character) => ascii[character] ?? '?');

class Page {
  readonly #report: Report;
  readonly #options: RenderOptions;
  readonly #chalk: ChalkInstance;

  constructor(report: Report, options: RenderOptions, chalk: ChalkInstance) {
    this.#report = report;
    this.#options = options;
    this.#chalk = chalk;
  }

  head(): string[] {
    const { svcheck, target, files, hosts, commit, vantage, startedAt } = this.#report;
    const first = [
      `svcheck ${svcheck}`,
      target,
      `read ${files.join(', ') || 'no file'}`,
      `contacted ${hosts.join(', ') || 'nobody'}`,
    ];
    const second = [commit?.slice(0, 7), `from ${vantage.host} (${vantage.kind})`, utc(startedAt)].filter(
      (part) => part !== undefined,
    );
    return [
      ...this.#wrap(safe(first.join(' · ')), ''),
      ...this.#wrap(safe(second.join(' · ')), '').map((line) => this.#chalk.dim(line)),
    ];
  }

  sections(): string[] {
    const groups = grouped(this.#report.results);
    return [...groups].flatMap(([section, results]) => {
      const shown = this.#options.quiet ? results.filter(isUnwell) : results;
      if (shown.length === 0) return [];
      const title = this.#options.titles.get(section) ?? section;
      const counts = sectionCounts(results);
      const gap = Math.max(1, this.#options.width - title.length - counts.length);
      return [
        `${this.#chalk.bold(title)}${' '.repeat(gap)}${this.#chalk.dim(counts)}`,
        ...shown.flatMap((result) => this.#line(result)),
        '',
      ];
    });
  }

  #line(result: Result): string[] {
    const { verbose, width } = this.#options;
    const paint = this.#paintOf(result);
    const mark = paint(this.#options.ascii ? asciiMarks[result.status] : marks[result.status]);
    const item = safe(result.item);
    const side = sideOf(result);
    const gap = width - 4 - item.length - side.length;
    const first =
      gap > 0 ? [`  ${mark} ${item}${' '.repeat(gap)}${paint(side)}`] : [`  ${mark} ${item}`, `      ${paint(side)}`];
    const detailed =
      verbose || (result.status !== 'pass' && result.reason !== 'not-built' && result.status !== 'skipped');
    return [
      ...first.map((line) => line.trimEnd()),
      ...(detailed ? this.#detail(result) : []),
      ...this.#warnings(result),
    ];
  }

  #detail(result: Result): string[] {
    const { because, evidence, fix, waived } = result;
    const findings = evidence.flatMap((one) => one.findings ?? []);
    const shown = findings.slice(0, this.#options.verbose ? findings.length : 5);
    return [
      ...this.#wrap(safe(because) + seenBy(evidence[0]), '      '),
      ...evidence.flatMap(treeOf).map((line) => this.#cut(`        ${safe(line)}`)),
      ...shown.flatMap(({ where, what }) => this.#wrap(safe(`${where}: ${what}`), '        ', '          ')),
      ...(findings.length > shown.length ? [`        and ${findings.length - shown.length} more (-v shows all)`] : []),
      ...(this.#options.verbose ? evidence.slice(1).flatMap((one) => this.#wrap(`also${seenBy(one)}`, '      ')) : []),
      ...(waived ? this.#wrap(safe(`waived until ${waived.until} by ${waived.owner}: ${waived.why}`), '      ') : []),
      ...(fix ? this.#wrap(`fix: ${safe(fix)}`, '      ', '           ').map((line) => this.#chalk.cyan(line)) : []),
      ...(result.add && !fix
        ? this.#wrap(safe(`add: ${result.add}`), '      ').map((line) => this.#chalk.cyan(line))
        : []),
    ];
  }

  #warnings({ warnings }: Result): string[] {
    return warnings.flatMap(({ text }) =>
      this.#wrap(safe(`⚠ warning: ${text}`), '      ', '        ').map((line) => this.#chalk.yellow(line)),
    );
  }

  end(): string[] {
    const { summary, status, interrupted, results } = this.#report;
    const paint: Paint = status === 'not-ready' ? this.#chalk.red.bold : this.#chalk.green.bold;
    const hint = hintWords(results);
    const counts = [...countWords(summary), `in ${(this.#options.elapsedMs / 1000).toFixed(1)} s`].join(' · ');
    return [
      ...exceptionWords(this.#report).flatMap((line) => this.#wrap(safe(line), '', '  ')),
      ...(interrupted ? ['Interrupted: what was not looked at is error'] : []),
      ...this.#wrap(`${statusWord[status]} · ${counts}`, '').map((line, index) =>
        index === 0 ? line.replace(statusWord[status], (word) => paint(word)) : line,
      ),
      ...this.#wrap(
        safe(`${interrupted ? 'exit 130: interrupted' : exitWords(this.#report)}.${hint ? ` ${hint}.` : ''}`),
        '',
      ),
    ];
  }

  #wrap(text: string, indent: string, hanging = indent): string[] {
    return wrap(text, this.#options.width, indent, hanging);
  }

  #cut(line: string): string {
    const { width } = this.#options;
    return line.length > width ? `${line.slice(0, width - 1)}…` : line;
  }

  #paintOf({ status, waived }: Result): Paint {
    const { green, red, yellow, dim, magenta } = this.#chalk;
    if (waived) return yellow;
    return { pass: green, fail: red, error: magenta, manual: yellow, 'n/a': dim, skipped: dim }[status];
  }
}

const isUnwell = ({ status, warnings }: Result): boolean =>
  status === 'fail' || status === 'error' || warnings.length > 0;

/** What stands at a line's right edge: nothing beside a pass, the id beside what a person must act on. */
function sideOf(result: Result): string {
  if (result.status === 'pass') return '';
  const advisory = result.advisory ? ' (advisory)' : '';
  if (result.reason === 'not-built' || result.status === 'skipped')
    return `${lineWord(result)}: ${result.reason}`.replace('skipped: skipped', 'skipped') + advisory;
  return `${lineWord(result)} ${result.id}${advisory}`;
}

/** What was seen as a drawing: a line each. */
function treeOf({ seen }: Evidence): string[] {
  const tree = seen !== null && typeof seen === 'object' && 'tree' in seen ? seen.tree : null;
  return Array.isArray(tree) ? tree.filter((line) => typeof line === 'string') : [];
}

/** `, seen by INFO memory on redis.example.com:6380 at 19:02:11`. */
function seenBy(evidence: Evidence | undefined): string {
  if (!evidence) return '';
  const tries = evidence.tries ? ` after ${evidence.tries.length + 1} tries` : '';
  return `, seen by ${safe(evidence.where)} at ${evidence.at.slice(11, 19)}${tries}`;
}

function sectionCounts(results: readonly Result[]): string {
  const words = (['pass', 'fail', 'error', 'manual', 'n/a', 'skipped'] as const).flatMap((status) => {
    const count = results.filter((result) => result.status === status).length;
    return count > 0 ? [`${count} ${status}`] : [];
  });
  return words.join(' · ');
}

function grouped(results: readonly Result[]): Map<string, Result[]> {
  const groups = new Map<string, Result[]>();
  for (const result of results) groups.set(result.section, [...(groups.get(result.section) ?? []), result]);
  return groups;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `24 Nov 2026 19:02 UTC`. */
function utc(iso: string): string {
  const [, year, month, day, time] = /^(\d+)-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(iso) ?? [];
  return `${Number(day)} ${months[Number(month) - 1] ?? '?'} ${year} ${time} UTC`;
}
