import type { Report } from '../core/report.ts';

/** One object a line: each result with `type: result`, then the rest of the report with `type: report`. */
export function renderNdjson({ results, ...report }: Report): string {
  const lines = [...results.map((result) => ({ type: 'result', ...result })), { type: 'report', ...report }];
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}
