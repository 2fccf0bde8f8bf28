import type { z } from 'zod';
import type { FactName, Facts, Known } from '../facts/index.ts';
import type { Judgement } from './verdict.ts';

export const phases = ['pre-deploy', 'deploy', 'post-deploy', 'week-1', 'month-1'] as const;
export type Phase = (typeof phases)[number];

/** What a judge may know besides facts. No judge reads a clock, a file or the environment. */
export interface Rules<E> {
  /** When the audit looks: freshness is measured against it. */
  now: Date;
  /** What expiries (certificates, support ends, words) are measured against: `--as-of`, else now. */
  asOf: Date;
  /** The check's own settings, `expect` of svcheck.yaml with the defaults filled in. */
  expect: E;
  /** From which side svcheck looks, as declared. */
  vantage: 'outside' | 'inside' | 'undeclared';
  goLive: Date | null;
  target: string;
}

export type WayName = 'probe' | 'active' | 'evidence' | 'attest';

/** A look as the engine sees it: it hands over exactly the facts that were declared. */
export interface Look {
  by: 'probe' | 'active' | 'evidence';
  /** One phrase for `list`, `explain` and the reference: what is looked at. */
  how: string;
  /** The settings of svcheck.yaml without which this look has nothing to look at. */
  settings: readonly string[];
  needs: readonly FactName[];
  wants: readonly FactName[];
  judge(facts: never, rules: never): Judgement;
}
export interface Attest {
  by: 'attest';
  ask: string;
  validDays: number;
}
/** A way that the checklist names and this version does not have yet: the line says so. */
export interface Unbuilt {
  by: WayName;
  unbuilt: true;
}
export type Way = Look | Attest | Unbuilt;

export interface Check {
  id: string;
  /** The document's own words, verbatim. */
  item: string;
  /** What passes, fails and warns. */
  rule: { pass: string; fail: string; warn?: string };
  /** Why it matters, for `explain`. */
  why: string;
  /** How it is mended on this stack (SvelteKit, Better Auth, Drizzle, PostgreSQL, Redis), for `explain`. */
  remedy: string;
  docs: readonly string[];
  /** Its `expect` settings; every one has a default. */
  settings: z.ZodObject;
  /** Those of its settings that make the rule milder when set: the report lists them, gate.never-waive bars them. */
  loosening: readonly string[];
  /** The closed list of what it can answer, each with its meaning. */
  reasons: Readonly<Record<string, string>>;
  ways: readonly [Way, ...Way[]];
}

export interface Section {
  id: string;
  title: string;
  /** The headings of the document that lead to it. */
  heading: string;
  phase: Phase;
  checks: readonly Check[];
  /** What a person should know about the whole section. */
  note?: string;
  /** The parts of the document that are not checkboxes. */
  triggers?: readonly { id: string; item: string }[];
  steps?: readonly string[];
  roles?: readonly string[];
  outcomes?: readonly string[];
}
export type { FactName, Facts, Known };
