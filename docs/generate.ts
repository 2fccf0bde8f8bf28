/**
 * Writes the pages that follow from the code: the reference of all checks and the JSON Schemas.
 * With --check it writes nothing and fails where one of them is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sections } from '../checks/index.ts';
import { registryFacts } from '../src/registry.ts';
import { fileSchema } from '../src/config/schema.ts';
import type { Check, Way } from '../src/core/check.ts';
import { ReportSchema } from '../src/core/report-schema.ts';

const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`);

function wayText(way: Way): string {
  if ('unbuilt' in way) return `**${way.by}**: not in this version yet`;
  if (way.by === 'attest') return `**attest**: a person's signed word, valid for ${way.validDays} days at most`;
  const settings = way.settings.length > 0 ? ` Needs \`${way.settings.join('`, `')}\`.` : '';
  return `**${way.by}**: ${way.how}.${settings}`;
}

/** The check's `expect` settings with their defaults, read from the JSON Schema of its own zod schema. */
function settingsText({ settings, loosening }: Check): string[] {
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => {
    const of = typeof schema === 'object' ? schema : {};
    const value = of.default === undefined ? 'no default' : `default \`${JSON.stringify(of.default)}\``;
    return `\`${name}\`: ${of.description ? `${of.description}; ` : ''}${value}${loosening.includes(name) ? '; milder than the rule, listed in the report' : ''}`;
  });
}

function checkText(check: Check): string[] {
  const { id, item, rule, why, remedy, docs, reasons, ways } = check;
  const settings = settingsText(check);
  const slugs = Object.entries(reasons).map(([slug, meaning]) => `\`${slug}\`: ${meaning}`);
  return [
    `### ${id}`,
    '',
    item,
    '',
    ...(why ? [why, ''] : []),
    ...list([`Passes: ${rule.pass}`, `Fails: ${rule.fail}`, ...(rule.warn ? [`Warns: ${rule.warn}`] : [])]),
    '',
    ...(remedy ? [`How to mend it: ${remedy}`, ''] : []),
    'Ways, in order:',
    '',
    ...list(ways.map(wayText)),
    '',
    ...(settings.length > 0 ? [`Settings, under \`expect: ${id}\`:`, '', ...list(settings), ''] : []),
    ...(slugs.length > 0 ? ['Reasons:', '', ...list(slugs), ''] : []),
    ...(docs.length > 0 ? [`Sources: ${docs.map((url) => `<${url}>`).join(', ')}`, ''] : []),
  ];
}

function reference(): string {
  const lines = sections.flatMap(({ title, phase, checks, heading }) => [
    `## ${title}`,
    '',
    `${heading}; phase \`${phase}\`.`,
    '',
    ...checks.flatMap(checkText),
  ]);
  const head = ['# All checks', '', 'Made from the checks themselves by `npm run docs`: do not edit it here.', ''];
  return `${[...head, ...lines].join('\n').trimEnd()}\n`;
}

const schema = (of: z.ZodType, id: string, title: string) =>
  `${JSON.stringify({ $id: id, title, ...z.toJSONSchema(of, { io: 'input' }) }, null, 2)}\n`;

const pages: Readonly<Record<string, string>> = {
  'checks.md': reference(),
  'svcheck.schema.json': schema(fileSchema(registryFacts.expect), 'svcheck.schema.json', 'svcheck.yaml'),
  'report.schema.json': schema(ReportSchema, 'report.schema.json', 'svcheck JSON report'),
};

const stale = Object.entries(pages).filter(([name, text]) => {
  const file = join(import.meta.dirname, name);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
    return false;
  }
  try {
    return readFileSync(file, 'utf8') !== text;
  } catch {
    return true;
  }
});
if (stale.length > 0) {
  process.stderr.write(`stale: ${stale.map(([name]) => `docs/${name}`).join(', ')}; run npm run docs\n`);
  process.exitCode = 1;
}
