import type { Qualifier } from './grammar.ts';
import type { DnsFailure } from './record.ts';

/** What came of a term that looks something up, or of the domain's own record. */
export type NodeOutcome =
  /** A valid SPF record. */
  | 'record'
  /** No SPF record: of an include or redirect a permerror (RFC 7208 sections 5.2 and 6.1). */
  | 'none'
  | 'multiple'
  | 'syntax'
  /** It leads back to a record that it stands below. */
  | 'loop'
  /** Addresses are there; for exists, that name is. */
  | 'found'
  | 'void'
  /** mx with more than ten names (section 4.6.4). */
  | 'too-many-names'
  /** It depends on the message: counted, not followed. */
  | 'dynamic'
  /** ptr: what it looks up depends on the client. */
  | 'counted'
  /** redirect beside all (section 5.1). */
  | 'ignored'
  /** The bounds of the walk were reached. */
  | 'not-asked'
  | DnsFailure;

export interface SpfNode {
  /** 0 for the domain's own record. */
  depth: number;
  /** As written; the domain itself at depth 0. At most 200 characters. */
  term: string;
  mechanism: 'record' | 'include' | 'redirect' | 'a' | 'mx' | 'ptr' | 'exists';
  /** What is asked for; null where that depends on the message. */
  domain: string | null;
  outcome: NodeOutcome;
  /** For a person, where the outcome needs words. At most 300 characters. */
  because: string;
  /** Terms that look something up, with all below. */
  lookups: number;
  /** Of them, those that meet a void answer whatever the client. */
  voids: number;
  /** Of a record: how many ip4 and ip6 terms, its all, the octets of the TXT answer. */
  networks: number;
  all: Qualifier | null;
  bytes: number | null;
  /** Of a record: the terms after its all, at most ten. */
  after: string[];
}

/** What everybody could send by: a term that matches any client, reached by pass alone. */
export interface OpenTerm {
  domain: string;
  term: string;
}

export interface SpfTree {
  domain: string;
  /** Of the domain's own record. */
  result: 'record' | 'none' | 'permerror' | 'temperror';
  /** The record as it is, at most 2,000 characters; of several, the first. */
  text: string | null;
  lookups: number;
  voids: number;
  /** Void answers, each for itself: an mx may meet several. */
  voidNames: number;
  /** The all that ends evaluation: the record's own or that of its redirect; null where there is none. */
  all: { qualifier: Qualifier; domain: string } | null;
  /** Whether the end could not be seen: a redirect that depends on the message or was not followed. */
  endUnseen: boolean;
  open: OpenTerm[];
  /** Domains included more than once. */
  duplicates: string[];
  /** Pre-order, at most 200; `truncated` where there are more, or where the walk ended before the tree did. */
  nodes: SpfNode[];
  truncated: boolean;
}

/** A network that a record authorises by ip4 or ip6, reached by pass alone. */
export interface Network {
  network: string;
  prefix: number;
}
