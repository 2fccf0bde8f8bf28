import type { Report, Result } from '../core/report.ts';
import { safe } from './escape.ts';
import type { RenderOptions } from './options.ts';
import { countWords, exitWords, lineWord, statusWord, worstFirst } from './words.ts';

/** A step summary may have 1 MiB; rows are cut well before. */
const ROWS = 200;

/** The report's Markdown for a CI run's page: verdict, counts, and a table of what is not well. */
export function renderSummary(report: Report, { titles }: RenderOptions): string {
  const unwell = worstFirst(
    report.results.filter(({ status, warnings }) => status === 'fail' || status === 'error' || warnings.length > 0),
  );
  const rows = unwell.slice(0, ROWS).map((result) => row(result, titles));
  const head = [
    `## svcheck: ${md(report.target)} is ${statusWord[report.status]}`,
    '',
    `${countWords(report.summary).join(', ')}. ${md(exitWords(report))}.`,
    '',
  ];
  const table = rows.length > 0 ? ['| line | status | seen | fix |', '| --- | --- | --- | --- |', ...rows, ''] : [];
  const more = unwell.length > ROWS ? [`and ${unwell.length - ROWS} more`, ''] : [];
  return `${[...head, ...table, ...more].join('\n')}\n`;
}

function row(result: Result, titles: RenderOptions['titles']): string {
  const seen = [
    result.status === 'pass' ? '' : result.because,
    ...result.warnings.map(({ text }) => `warning: ${text}`),
  ]
    .filter(Boolean)
    .join('; ');
  const cells = [
    `${titles.get(result.section) ?? result.section}: ${result.item} (${result.id})`,
    lineWord(result),
    seen,
    result.fix ?? '',
  ];
  return `| ${cells.map(md).join(' | ')} |`;
}

/** Text that Markdown and the HTML within it take for text: every character with a meaning is escaped. */
const md = (text: string): string =>
  safe(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@]/g, (character) => `&#${character.charCodeAt(0)};`);
