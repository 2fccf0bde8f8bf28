import type { Json } from '../facts/index.ts';
import type { Phase, WayName } from './check.ts';
import type { Finding, Warning } from './verdict.ts';

export const statuses = ['pass', 'fail', 'error', 'manual', 'n/a', 'skipped'] as const;
export type Status = (typeof statuses)[number];

export interface Evidence {
  where: string;
  at: string;
  seen: Json;
  findings?: readonly Finding[];
  /** Earlier tries of the same look that met a transient fault. */
  tries?: readonly { at: string; because: string }[];
}

export interface Attempt {
  by: WayName;
  outcome: string;
  because: string;
}

interface Waived {
  why: string;
  owner: string;
  until: string;
}

export interface Result {
  id: string;
  section: string;
  phase: Phase;
  item: string;
  status: Status;
  by: WayName | null;
  reason: string | null;
  reasons: readonly string[];
  because: string;
  evidence: readonly Evidence[];
  warnings: readonly Warning[];
  fix: string | null;
  waived: Waived | null;
  /** Printed and counted, outside the gate. */
  advisory?: true;
  /** The one setting or flag that would let svcheck decide an undecided line. */
  add?: string;
  attempts: readonly Attempt[];
  ms: number;
}

export interface WaiverNote {
  check: string;
  reasons: readonly string[];
  why: string;
  owner: string;
  until: string;
}

export interface Summary {
  pass: number;
  fail: number;
  error: number;
  manual: number;
  'n/a': number;
  skipped: number;
  waived: number;
  warnings: number;
}

export interface Report {
  svcheck: string;
  schema: 1;
  target: string;
  commit: string | null;
  phases: readonly Phase[];
  vantage: { host: string; kind: 'outside' | 'inside' | 'undeclared' };
  startedAt: string;
  finishedAt: string;
  digest: string;
  status: 'ready' | 'not-ready' | 'deployed';
  /** Whom and what the audit looked at. */
  files: readonly string[];
  hosts: readonly string[];
  /** Settings and expectations that loosen a default, named. */
  loosened: readonly { check: string; setting: string; value: Json }[];
  /** True where Ctrl-C or the deadline cut the audit short. */
  interrupted?: true;
  summary: Summary;
  gate: { failOn: readonly string[]; require: 'ready' | null; exit: number; because: string };
  results: readonly Result[];
  waivers: { active: readonly WaiverNote[]; expired: readonly WaiverNote[]; unused: readonly WaiverNote[] };
}
