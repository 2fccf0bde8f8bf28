import { z } from 'zod';
import type { FactName, Facts, Known } from '../facts/index.ts';
import type { Attest, Check, Look, Rules, Unbuilt, Way, WayName } from './check.ts';
import type { Judgement } from './verdict.ts';

/** The facts that a look declared: needs are known when it is called, wants come with their reason why not. */
type Given<N extends FactName, W extends FactName> = { [K in N]: Facts[K] } & { [K in W]: Known<Facts[K]> };

interface LookOf<R extends string, E, N extends FactName, W extends FactName> {
  how: string;
  settings?: readonly string[];
  needs: readonly N[];
  wants?: readonly W[];
  judge(facts: Given<N, W>, rules: Rules<E>): Judgement<R>;
}

type LookMaker<R extends string, E> = <const N extends FactName, const W extends FactName = never>(
  look: LookOf<R, E, N, W>,
) => Look;

/** What `ways` of a check is built with: looks typed by the check's own reasons and settings. */
interface WayMakers<R extends string, E> {
  probe: LookMaker<R, E>;
  active: LookMaker<R, E>;
  evidence: LookMaker<R, E>;
  attest(ask: string, validDays: number): Attest;
  unbuilt(by: WayName): Unbuilt;
}

interface Definition<R extends string, S extends z.ZodObject> {
  id: string;
  item: string;
  rule: Check['rule'];
  why: string;
  remedy?: string;
  docs?: readonly string[];
  settings?: S;
  loosening?: readonly (keyof z.input<S> & string)[];
  reasons: Readonly<Record<R, string>>;
  ways(make: WayMakers<R, z.output<S>>): readonly [Way, ...Way[]];
}

const noSettings = z.strictObject({});

/** Makes a check whose judges compile only with declared facts, declared reasons and a fix for every fail. */
export function defineCheck<const R extends string, S extends z.ZodObject = typeof noSettings>(
  definition: Definition<R, S>,
): Check {
  const looks =
    (by: Look['by']): LookMaker<R, z.output<S>> =>
    (look) => ({ settings: [], wants: [], ...look, by });
  const ways = definition.ways({
    probe: looks('probe'),
    active: looks('active'),
    evidence: looks('evidence'),
    attest: (ask, validDays) => ({ by: 'attest', ask, validDays }),
    unbuilt: (by) => ({ by, unbuilt: true }),
  });
  return { remedy: '', docs: [], loosening: [], ...definition, settings: definition.settings ?? noSettings, ways };
}

interface UnbuiltDefinition {
  id: string;
  item: string;
  by: readonly [WayName, ...WayName[]];
  pass: string;
  fail: string;
  warn?: string;
}

/** A line of the document whose looks this version does not have: it is always `manual`, and says so. */
export function unbuiltCheck({ id, item, by, pass, fail, warn }: UnbuiltDefinition): Check {
  const [first, ...rest] = by.map((name): Way => (name === 'attest' ? word(item) : { by: name, unbuilt: true }));
  const last = by.includes('attest') ? [] : [word(item)];
  return {
    id,
    item,
    rule: { pass, fail, ...(warn === undefined ? {} : { warn }) },
    why: '',
    remedy: '',
    docs: [],
    settings: noSettings,
    loosening: [],
    reasons: {},
    ways: [first as Way, ...rest, ...last],
  };
}

/** A person's word: the last way of every line. */
function word(item: string): Attest {
  return { by: 'attest', ask: `Is this done: ${item}?`, validDays: 90 };
}
