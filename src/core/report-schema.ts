import { z } from 'zod';
import type { Json } from '../facts/index.ts';
import { phases } from './check.ts';
import { type Report, statuses } from './report.ts';

const strict = z.strictObject;
const json = z.json() as z.ZodType<Json>;
const finding = strict({ where: z.string(), what: z.string(), fingerprint: z.string().exactOptional() });
const tries = z.array(strict({ at: z.string(), because: z.string() }));
const way = z.enum(['probe', 'active', 'evidence', 'attest']);

const evidence = strict({
  where: z.string(),
  at: z.string(),
  seen: json,
  findings: z.array(finding).exactOptional(),
  tries: tries.exactOptional(),
});

const result = strict({
  id: z.string(),
  section: z.string(),
  phase: z.enum(phases),
  item: z.string(),
  status: z.enum(statuses),
  by: way.nullable(),
  reason: z.string().nullable(),
  reasons: z.array(z.string()),
  because: z.string(),
  evidence: z.array(evidence),
  warnings: z.array(strict({ reason: z.string(), text: z.string() })),
  fix: z.string().nullable(),
  waived: strict({ why: z.string(), owner: z.string(), until: z.iso.date() }).nullable(),
  advisory: z.literal(true).exactOptional(),
  add: z.string().exactOptional(),
  attempts: z.array(strict({ by: way, outcome: z.string(), because: z.string() })),
  ms: z.int().min(0),
});

const notes = z.array(
  strict({ check: z.string(), reasons: z.array(z.string()), why: z.string(), owner: z.string(), until: z.iso.date() }),
);
const count = z.int().min(0);

/** The JSON report; docs/report.schema.json is made from it. */
export const ReportSchema: z.ZodType<Report> = strict({
  svcheck: z.string(),
  schema: z.literal(1),
  target: z.string(),
  commit: z.string().nullable(),
  phases: z.array(z.enum(phases)),
  vantage: strict({ host: z.string(), kind: z.enum(['outside', 'inside', 'undeclared']) }),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  status: z.enum(['ready', 'not-ready', 'deployed']),
  files: z.array(z.string()),
  hosts: z.array(z.string()),
  loosened: z.array(strict({ check: z.string(), setting: z.string(), value: json })),
  interrupted: z.literal(true).exactOptional(),
  summary: strict({
    pass: count,
    fail: count,
    error: count,
    manual: count,
    'n/a': count,
    skipped: count,
    waived: count,
    warnings: count,
  }),
  gate: strict({
    failOn: z.array(z.string()),
    require: z.literal('ready').nullable(),
    exit: z.int(),
    because: z.string(),
  }),
  results: z.array(result),
  waivers: strict({ active: notes, expired: notes, unused: notes }),
});
