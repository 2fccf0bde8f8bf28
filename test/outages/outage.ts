import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { auditing, type Deployment } from '../../fixtures/demo/deployment.ts';
import type { Flip } from '../../fixtures/faults/index.ts';
import type { Flips } from '../../fixtures/faults/lines.ts';
import type { Report } from '../../src/core/report.ts';
import { leaks } from '../demo/canaries.ts';
import { demoForTests } from '../demo/planted.ts';
import { flipsOf } from '../support/audit.ts';
import { svcheck } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

export interface Outage {
  name: string;
  /** Every line that is decided otherwise than on the unbroken demo; all others are decided as before. */
  flips: Flips;
  plant(shop: Deployment): Promise<void> | void;
}

/** The defaults, where something hangs: the audit ends by its own limits, long before the test's. */
export const hanging = ['--timeout', '10s', '--deadline', '40s'];
/** Everything else answers at once; on a busy machine that takes its time. */
const patient = ['--timeout', '30s', '--deadline', '80s'];

/** C0 but newline, DEL, C1, and the marks that turn text around: what a terminal might act on. */
const raw = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** Plants each outage in turn and audits with the built command line, as a process. */
export function describeOutages(outages: readonly Outage[], flags: readonly string[] = patient): void {
  const demo = demoForTests();
  it.each(outages)(
    '$name',
    async ({ flips, plant }) => {
      const { shop, healthy } = demo();
      try {
        await plant(shop);
        const file = join(folderWith({}), 'report.json');
        const args = [...auditing, '-v', ...flags, '-o', file];
        const env = { XDG_CACHE_HOME: shop.cacheHome };
        const { code, stdout, stderr } = await svcheck(args, { cwd: shop.folder, env });
        expect(stderr).toBe('');
        const written = readFileSync(file, 'utf8');
        const report = JSON.parse(written) as Report;
        expect(flipsOf(healthy, report)).toEqual(flips);
        expect(withoutRemedy(report)).toEqual([]);
        expect(code).toBe(exitOf(Object.values(flips)));
        expect(stdout).not.toMatch(raw);
        expect(leaks(shop, stdout + written)).toEqual([]);
      } finally {
        await shop.heal();
      }
    },
    120_000,
  );
}

const withoutRemedy = ({ results }: Report): string[] =>
  results.filter(({ status, fix }) => (status === 'fail' || status === 'error') && !fix?.trim()).map(({ id }) => id);

function exitOf(flips: readonly Flip[]): number {
  if (flips.some((flip) => flip.startsWith('fail'))) return 1;
  return flips.some((flip) => flip.startsWith('error')) ? 2 : 0;
}
