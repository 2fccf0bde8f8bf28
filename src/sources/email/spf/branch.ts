import type { Directive, Modifier, SpfRecord } from './grammar.ts';
import type { Selected } from './record.ts';
import type { NodeOutcome, SpfNode, SpfTree } from './tree.ts';

/** A node of the tree while it grows. */
export interface Branch extends Omit<SpfNode, 'depth' | 'lookups' | 'voids'> {
  /** 1 for a term that looks something up. */
  cost: number;
  /** How many names it asks for that are void whatever the client. */
  empty: number;
  /** Terms below that the tree has no room for. */
  uncounted: number;
  children: Branch[];
}

export function branchOf(mechanism: SpfNode['mechanism'], term: string, domain: string | null, cost: number): Branch {
  return {
    term: term.slice(0, 200),
    mechanism,
    domain: domain === null ? null : domain.slice(0, 253),
    outcome: domain === null ? 'dynamic' : 'not-asked',
    because: '',
    networks: 0,
    all: null,
    bytes: null,
    after: [],
    cost,
    empty: 0,
    uncounted: 0,
    children: [],
  };
}

interface Parts {
  /** The directives that are evaluated: those before all. */
  before: Directive[];
  all: Directive | null;
  /** "Mechanisms listed after all MUST be ignored" (section 5.1). */
  after: Directive[];
  redirect: Modifier | null;
}

export function partsOf({ terms }: SpfRecord): Parts {
  const directives = terms.filter((term): term is Directive => term.kind === 'directive');
  const end = directives.findIndex(({ mechanism }) => mechanism === 'all');
  const redirect = terms.find((term): term is Modifier => term.kind === 'modifier' && term.name === 'redirect') ?? null;
  if (end < 0) return { before: directives, all: null, after: [], redirect };
  return { before: directives.slice(0, end), all: directives[end] ?? null, after: directives.slice(end + 1), redirect };
}

export function outcomeOf(selected: Selected): NodeOutcome {
  switch (selected.result) {
    case 'permerror':
      return selected.fault;
    case 'temperror':
      return selected.outcome;
    default:
      return selected.result;
  }
}

/** Pre-order, each node with the counts of all below it. */
export function flatten(branch: Branch, depth = 0): SpfNode[] {
  const { cost, empty, uncounted, children, ...node } = branch;
  const below = children.map((child) => flatten(child, depth + 1));
  const lookups = below.reduce((sum, [child]) => sum + (child?.lookups ?? 0), cost + uncounted);
  const voids = below.reduce((sum, [child]) => sum + (child?.voids ?? 0), cost > 0 && empty > 0 ? 1 : 0);
  return [{ depth, ...node, lookups, voids }, ...below.flat()];
}

/** The void answers below a branch, each for itself: section 4.6.4 counts the terms that meet them, some receivers the answers. */
export const voidNamesOf = ({ cost, empty, children }: Branch): number =>
  children.reduce((sum, child) => sum + voidNamesOf(child), cost > 0 ? empty : 0);

/** The all that evaluation ends with, redirects followed. */
export function endOf(branch: Branch): Pick<SpfTree, 'all' | 'endUnseen'> {
  if (branch.all !== null) return { all: { qualifier: branch.all, domain: branch.domain ?? '' }, endUnseen: false };
  const redirect = branch.children.find(({ mechanism }) => mechanism === 'redirect');
  if (redirect) return endOf(redirect);
  const unseen: readonly NodeOutcome[] = ['dynamic', 'not-asked', 'servfail', 'refused', 'timeout'];
  return { all: null, endUnseen: unseen.includes(branch.outcome) };
}
