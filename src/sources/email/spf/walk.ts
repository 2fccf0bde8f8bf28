import { type Branch, branchOf, endOf, flatten, outcomeOf, partsOf, voidNamesOf } from './branch.ts';
import type { Directive, Modifier } from './grammar.ts';
import { expandMacros, fitName, lettersOf, type MacroString } from './macro.ts';
import { lookAt } from './names.ts';
import { malformedName, type Selected, selectRecord } from './record.ts';
import type { SpfLookup } from './session.ts';
import type { Network, OpenTerm, SpfNode, SpfTree } from './tree.ts';

/** Records read, and other terms whose names are asked for: beyond, terms are only counted. */
const MAX_RECORDS = 60;
const MAX_ASKED = 30;
const MAX_NODES = 200;
const MAX_NETWORKS = 2000;
const MAX_TEXT = 2000;

interface Visit {
  branch: Branch;
  domain: string;
  above: readonly string[];
  /** Whether a pass here is a pass of the whole record: what it authorises, it authorises for the domain. */
  passes: boolean;
}

export interface SpfWalk {
  tree: SpfTree;
  /** In the order of evaluation by level, at most 2,000. */
  networks: Network[];
}

/**
 * Everything that a domain's SPF record can lead to, whatever the client: each include and redirect, level by level, the
 * queries of a level together. Macros of the domain (d) and of the sender's domain (o, which is the domain that is
 * checked) are followed, others counted. Pure of any clock; `lookup` must not reject.
 */
export async function walkSpf(domain: string, lookup: SpfLookup): Promise<SpfWalk> {
  return new Walk(domain, lookup).run();
}

class Walk {
  readonly #root: string;
  readonly #lookup: SpfLookup;
  /** Settled when all that was asked for is answered. */
  readonly #open: Promise<OpenTerm | null>[] = [];
  readonly #networks: Network[] = [];
  readonly #seen = new Set<string>();
  readonly #duplicates = new Set<string>();
  #records = 1;
  #asked = 0;
  #branches = 1;
  #truncated = false;

  constructor(domain: string, lookup: SpfLookup) {
    this.#root = domain;
    this.#lookup = lookup;
  }

  async run(): Promise<SpfWalk> {
    const root = branchOf('record', this.#root, this.#root, 0);
    const first = await this.#select(this.#root);
    let level = this.#take({ branch: root, domain: this.#root, above: [], passes: true }, first);
    while (level.length > 0) {
      const selected = await Promise.all(level.map((visit) => this.#select(visit.domain)));
      level = level.flatMap((visit, index) => this.#take(visit, selected[index]));
    }
    const open = await Promise.all(this.#open);
    const nodes = flatten(root, 0);
    const tree: SpfTree = {
      domain: this.#root,
      result: first.result,
      text: 'text' in first ? first.text.slice(0, MAX_TEXT) : null,
      lookups: nodes[0]?.lookups ?? 0,
      voids: nodes[0]?.voids ?? 0,
      voidNames: voidNamesOf(root),
      ...endOf(root),
      open: open.filter((one) => one !== null).slice(0, 20),
      duplicates: [...this.#duplicates].slice(0, 20),
      nodes,
      truncated: this.#truncated,
    };
    return { tree, networks: this.#networks };
  }

  async #select(domain: string): Promise<Selected> {
    const malformed = malformedName(domain);
    if (malformed !== null) return { result: 'none', because: malformed, empty: false, bytes: 0 };
    return selectRecord(domain, await this.#lookup(domain, 'TXT'));
  }

  /** Puts what was found at a branch, starts what its terms ask for, and says which records are next. */
  #take({ branch, domain, above, passes }: Visit, selected: Selected | undefined): Visit[] {
    if (!selected) return [];
    branch.bytes = 'bytes' in selected ? selected.bytes : null;
    if (selected.result !== 'record') {
      branch.outcome = outcomeOf(selected);
      branch.because = selected.because.slice(0, 300);
      branch.empty = selected.result === 'none' && selected.empty ? 1 : 0;
      return [];
    }
    branch.outcome = 'record';
    const { before, all, after, redirect } = partsOf(selected.record);
    branch.all = all?.qualifier ?? null;
    branch.after = after.slice(0, 10).map(({ text }) => text.slice(0, 200));
    const visit = { branch, domain, above: [...above, domain.toLowerCase()], passes };
    const next = before.flatMap((directive) => this.#directive(visit, directive));
    if (all && passes && all.qualifier === '+') this.#opens(domain, all.text);
    return redirect ? [...next, ...this.#redirect(visit, redirect, all !== null)] : next;
  }

  #directive(visit: Visit, directive: Directive): Visit[] {
    const { mechanism, text, qualifier } = directive;
    const passes = visit.passes && qualifier === '+';
    if (mechanism === 'all') return [];
    if (mechanism === 'ip4' || mechanism === 'ip6') {
      visit.branch.networks += 1;
      this.#network(directive, visit.domain, passes);
      return [];
    }
    const target = this.#target(directive.domain, visit.domain);
    const branch = this.#branch(visit.branch, mechanism, text, target);
    if (!branch) return [];
    if (mechanism === 'include') return this.#follow({ ...visit, branch, passes }, target);
    this.#ask(branch, directive, target, passes ? visit.domain : null);
    return [];
  }

  /** A redirect's record stands in for this one: its pass is this one's. */
  #redirect(visit: Visit, { text, value }: Modifier, ignored: boolean): Visit[] {
    const target = this.#target(value, visit.domain);
    const branch = this.#branch(visit.branch, 'redirect', text, target, ignored ? 0 : 1);
    if (branch && ignored) branch.outcome = 'ignored';
    return branch && !ignored ? this.#follow({ ...visit, branch }, target) : [];
  }

  #follow(visit: Visit, target: string | null): Visit[] {
    const { branch, above } = visit;
    if (target === null) return [];
    const name = target.toLowerCase();
    if (above.includes(name)) {
      branch.outcome = 'loop';
      branch.because = `it leads back to ${target}`.slice(0, 300);
      return [];
    }
    if (this.#seen.has(name)) this.#duplicates.add(name);
    this.#seen.add(name);
    if (this.#records >= MAX_RECORDS) {
      this.#truncated = true;
      return [];
    }
    this.#records += 1;
    return [{ ...visit, domain: target }];
  }

  #network({ network, prefix4, prefix6, mechanism, text }: Directive, domain: string, passes: boolean): void {
    if (!passes || network === null) return;
    const prefix = mechanism === 'ip4' ? prefix4 : prefix6;
    if (prefix === 0) this.#opens(domain, text);
    if (this.#networks.length < MAX_NETWORKS) this.#networks.push({ network, prefix });
  }

  #opens(domain: string, term: string): void {
    this.#open.push(Promise.resolve({ domain, term: term.slice(0, 200) }));
  }

  /** @returns null where the name depends on the message */
  #target(macros: MacroString | null, domain: string): string | null {
    if (macros === null) return domain;
    const dynamic = [...lettersOf(macros)].some((letter) => letter !== 'd' && letter !== 'o');
    return dynamic ? null : fitName(expandMacros(macros, { d: domain, o: this.#root }));
  }

  #branch(
    parent: Branch,
    mechanism: SpfNode['mechanism'],
    text: string,
    target: string | null,
    cost = 1,
  ): Branch | null {
    if (this.#branches >= MAX_NODES) {
      this.#truncated = true;
      parent.uncounted += cost;
      return null;
    }
    this.#branches += 1;
    const branch = branchOf(mechanism, text, target, cost);
    parent.children.push(branch);
    return branch;
  }

  /** @param opens the domain whose record everybody could send by, where the term matches any client; else null */
  #ask(branch: Branch, directive: Directive, target: string | null, opens: string | null): void {
    const { mechanism, prefix4, prefix6, text } = directive;
    if (mechanism === 'ptr') branch.outcome = 'counted';
    if ((mechanism !== 'a' && mechanism !== 'mx' && mechanism !== 'exists') || target === null) return;
    if (this.#asked >= MAX_ASKED) {
      this.#truncated = true;
      return;
    }
    this.#asked += 1;
    const asked = lookAt(mechanism, target, this.#lookup).then(({ at, v4, v6 }) => {
      Object.assign(branch, at);
      const everybody = mechanism === 'exists' ? v4 : (prefix4 === 0 && v4) || (prefix6 === 0 && v6);
      return everybody && opens !== null ? { domain: opens, term: text.slice(0, 200) } : null;
    });
    this.#open.push(asked);
  }
}
