import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** A forbidden import for each rule: the file that has it, its text, and the rule that must name it. */
const planted = [
  { rule: 'facts-know-zod-only', file: 'src/facts/planted.ts', text: "import '../core/glob.ts';" },
  { rule: 'core-knows-facts-only', file: 'src/core/planted.ts', text: "import 'node:fs';" },
  { rule: 'checks-judge-only', file: 'checks/redis/planted.ts', text: "import '../../src/sources/errors.ts';" },
  { rule: 'sections-stand-alone', file: 'checks/headers/planted.ts', text: "import '../redis/eviction.ts';" },
  { rule: 'config-reads-files-only', file: 'src/config/planted.ts', text: "import '../core/glob.ts';" },
  { rule: 'sources-never-judge', file: 'src/sources/planted.ts', text: "import '../core/verdict.ts';" },
  { rule: 'engine-knows-no-check', file: 'src/engine/planted.ts', text: "import '../../checks/index.ts';" },
  { rule: 'report-prints-only', file: 'src/report/planted.ts', text: "import '../config/secret.ts';" },
  { rule: 'heavy-packages-load-late', file: 'src/sources/planted-heavy.ts', text: "import 'pg';" },
  { rule: 'product-without-development-packages', file: 'src/cli/planted.ts', text: "import 'vitest';" },
  { rule: 'no-cycles', file: 'src/cli/planted-a.ts', text: "import './planted-b.ts';" },
  // A cycle is reported once, from where it was entered.
  { rule: null, file: 'src/cli/planted-b.ts', text: "import './planted-a.ts';" },
  { rule: 'nothing-unresolved', file: 'src/cli/planted-lost.ts', text: "import './no-such-file.ts';" },
];

interface Violation {
  from: string;
  rule: { name: string };
}

/** Runs the project's own rules over a tree. */
function violationsIn(folder: string): { violations: Violation[]; totalCruised: number } {
  const words = [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), 'src', 'checks'];
  const found = execFileSync(
    process.execPath,
    [...words, '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64_000_000,
    },
  );
  const { summary } = JSON.parse(found) as { summary: { violations: Violation[]; totalCruised: number } };
  return summary;
}

describe('the layer rules', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'svcheck-layers-'));
    for (const part of ['src', 'checks', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  it('hold in the project, and something was looked at', () => {
    const { violations, totalCruised } = violationsIn(copy);
    expect(violations).toEqual([]);
    expect(totalCruised).toBeGreaterThan(150);
  });

  it('each find a planted violation', () => {
    for (const { file, text } of planted) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), `${text}\n`);
    }
    const { violations } = violationsIn(copy);
    for (const { rule, file } of planted) {
      if (rule === null) continue;
      expect(
        violations.filter(({ from }) => from === file).map((found) => found.rule.name),
        file,
      ).toContain(rule);
    }
  });
});
