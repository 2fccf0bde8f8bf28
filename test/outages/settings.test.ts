import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { svcheck } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

const bomb = `a: &a [${'x, '.repeat(9)}x]
${'bcdefghijk'
  .split('')
  .map((name, index) => `${name}: &${name} [${`*${'abcdefghij'[index] ?? ''}, `.repeat(9)}*a]`)
  .join('\n')}
`;

/** All of them in test/config; here that a process ends at once, with one line, 64, and no stack. */
it.each([
  ['bad YAML', 'site: [\n', /^svcheck: svcheck\.yaml:2:1: /],
  ['an unknown key', 'sites: {}\n', /^svcheck: svcheck\.yaml:1:1: .*did you mean site\?/],
  ['a wrong type', 'instances: three\n', /^svcheck: svcheck\.yaml:1:12: /],
  [
    'an unset variable',
    'postgres: { url: "${NO_SUCH_VARIABLE}" }\n',
    /^svcheck: svcheck\.yaml:1:18: \$\{NO_SUCH_VARIABLE\} is not set/,
  ],
  ['an alias bomb', bomb, /^svcheck: svcheck\.yaml/],
  ['10 MB', `# ${'x'.repeat(78)}\n`.repeat(132_000), /^svcheck: svcheck\.yaml/],
  ['escapes', 'site: { url: "\\e[2J\\e]0;owned\\a" }\n', /^svcheck: svcheck\.yaml:1:\d+: /],
])('svcheck.yaml: %s', async (_name, text, message) => {
  const { code, stdout, stderr } = await svcheck(['audit'], { cwd: folderWith({ 'svcheck.yaml': text }) });
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/\n {4}at |[\0-\x08\x0b-\x1f\x7f-\x9f]/);
});

it('svcheck.yaml that is a folder', async () => {
  const cwd = folderWith({});
  mkdirSync(join(cwd, 'svcheck.yaml'));
  const { code, stderr } = await svcheck(['audit', '--config', 'svcheck.yaml'], { cwd });
  expect(code).toBe(64);
  expect(stderr).toMatch(/^svcheck: svcheck\.yaml: .+\n$/);
});
