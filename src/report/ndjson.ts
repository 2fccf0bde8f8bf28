import type { Report } from '../core/report.ts';
import { jsonText } from './escape.ts';

/** One object a line: each result with `type: result`, then the rest of the report with `type: report`. */
export function renderNdjson({ results, ...report }: Report): string {
  const lines = [...results.map((result) => ({ type: 'result', ...result })), { type: 'report', ...report }];
  return `${lines.map((line) => jsonText(line)).join('\n')}\n`;
}
