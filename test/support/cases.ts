import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { causes, factShapes, type FactName } from '../../src/facts/index.ts';

const folder = join(import.meta.dirname, '../../fixtures/cases');

const outcomes = ['pass', 'warn', 'fail', 'unclear', 'error'] as const;

const Case = z.strictObject({
  look: z.union([z.enum(['probe', 'active', 'evidence']), z.int().min(0)]).default('probe'),
  now: z.string().default('2026-11-24T12:00:00Z'),
  'as-of': z.string().optional(),
  vantage: z.enum(['outside', 'inside', 'undeclared']).default('undeclared'),
  target: z.string().default('production'),
  'go-live': z.string().optional(),
  expect: z.record(z.string(), z.unknown()).default({}),
  facts: z.record(z.string(), z.unknown()),
  unreachable: z
    .record(z.string(), z.strictObject({ cause: z.enum(causes), because: z.string(), fix: z.string() }))
    .default({}),
  judgement: z.strictObject({
    status: z.enum(['pass', 'fail', 'unclear', 'error']),
    reason: z.string().optional(),
    reasons: z.array(z.string()).optional(),
    warnings: z.array(z.string()).default([]),
    because: z.string().optional(),
    fix: z.string().optional(),
  }),
});

export interface JudgementCase extends z.output<typeof Case> {
  id: string;
  /** Relative to the repository, for messages. */
  file: string;
  /** The file name's first word. */
  expected: (typeof outcomes)[number];
}

/** Every case file under fixtures/cases, parsed strictly. Throws for one that is not a case. */
export function readCases(): JudgementCase[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: id }) =>
      readdirSync(join(folder, id)).map((name) => {
        const file = `fixtures/cases/${id}/${name}`;
        const expected = outcomes.find((word) => name.startsWith(`${word}.`));
        if (!expected || !name.endsWith('.yaml')) throw new Error(`${file}: not named STATUS.some-name.yaml`);
        const parsed = Case.safeParse(load(readFileSync(join(folder, id, name), 'utf8')));
        if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
        return { ...parsed.data, id, file, expected };
      }),
    );
}

/** A case's fact, checked against its shape. */
export function factOf(one: JudgementCase, name: FactName): unknown {
  return factShapes[name].parse(one.facts[name]);
}

export const isFactName = (name: string): name is FactName => Object.hasOwn(factShapes, name);
