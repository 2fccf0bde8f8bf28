import type { Report, Result } from '../core/report.ts';
import type { RenderOptions } from './options.ts';
import { safe } from './escape.ts';

/** JUnit XML: a suite a section, a testcase a line; what is undecided or waived is skipped, with the reason. */
export function renderJunit(report: Report, { titles }: RenderOptions): string {
  const sections = [...new Set(report.results.map((result) => result.section))];
  const suites = sections.flatMap((section) =>
    suite(
      titles.get(section) ?? section,
      report.results.filter((result) => result.section === section),
      report,
    ),
  );
  const totals = countsOf(report.results);
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="svcheck ${xml(report.target)}" ${totals}>`, ...suites, '</testsuites>'].join('\n')}\n`;
}

function suite(title: string, results: readonly Result[], { startedAt, vantage }: Report): string[] {
  const timestamp = startedAt.replace(/\.\d+Z$/, '');
  return [
    `  <testsuite name="${xml(title)}" ${countsOf(results)} timestamp="${timestamp}" hostname="${xml(vantage.host)}">`,
    ...results.flatMap(testcase),
    '  </testsuite>',
  ];
}

function countsOf(results: readonly Result[]): string {
  const kinds = results.map(kindOf);
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  const seconds = results.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  return `tests="${results.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds.toFixed(3)}"`;
}

function kindOf({ status, waived }: Result): 'passed' | 'failure' | 'error' | 'skipped' {
  if (status === 'pass') return 'passed';
  if (status === 'fail') return waived ? 'skipped' : 'failure';
  return status === 'error' ? 'error' : 'skipped';
}

function testcase(result: Result): string[] {
  const { id, section, item, because, reason, fix, waived, evidence, ms, warnings } = result;
  const head = `    <testcase classname="${xml(section)}" name="${xml(`${id}: ${item}`)}" time="${(ms / 1000).toFixed(3)}"`;
  const kind = kindOf(result);
  const notes = warnings.map(({ text }) => `warning: ${text}`);
  const out = notes.length > 0 ? [`      <system-out>${xml(notes.map(safe).join('\n'))}</system-out>`] : [];
  if (kind === 'passed') return out.length > 0 ? [`${head}>`, ...out, '    </testcase>'] : [`${head}/>`];
  const message = waived ? `waived until ${waived.until} by ${waived.owner}: ${waived.why}` : because;
  if (kind === 'skipped')
    return [
      `${head}>`,
      `      <skipped message="${xml(`${reason ?? result.status}: ${message}`)}"/>`,
      ...out,
      '    </testcase>',
    ];
  const body = [
    because,
    ...evidence.map(({ where, at }) => `seen by ${where} at ${at}`),
    ...(fix ? [`fix: ${fix}`] : []),
  ]
    .map(safe)
    .join('\n');
  return [
    `${head}>`,
    `      <${kind} type="${xml(reason ?? kind)}" message="${xml(because)}">${xml(body)}</${kind}>`,
    ...out,
    '    </testcase>',
  ];
}

/** Text for XML 1.0: markup escaped, and the characters that it cannot hold at all (section 2.2) shown as escapes. */
function xml(text: string): string {
  return text
    .split('\n')
    .map(safe)
    .join('\n')
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
