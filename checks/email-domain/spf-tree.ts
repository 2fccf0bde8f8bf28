import type { Facts } from '../../src/facts/index.ts';

export type Tree = Facts['email.spf']['trees'][number];
export type Node = Tree['nodes'][number];

/** RFC 7208 section 4.6.4. */
export const LOOKUPS = 10;
export const VOIDS = 2;

const MAX_LINES = 60;

const words: Readonly<Record<Node['outcome'], string>> = {
  record: '',
  found: '',
  none: 'no SPF record',
  multiple: 'several SPF records',
  syntax: 'syntax error',
  loop: 'a loop',
  void: 'void',
  'too-many-names': 'too many MX names',
  dynamic: 'depends on the message',
  counted: '',
  ignored: 'ignored beside all',
  'not-asked': 'not looked at',
  servfail: 'SERVFAIL',
  refused: 'REFUSED',
  timeout: 'no answer',
};

/** The tree of lookups as lines, the domain first, each term with what it costs with all below it. */
export function draw(tree: Tree): string[] {
  const lines = tree.nodes.map((node, index) => `${lead(tree.nodes, index)}${label(tree, node)}`);
  const more = lines.length - MAX_LINES;
  return more > 0 ? [...lines.slice(0, MAX_LINES), `… and ${more} more`] : lines;
}

function label(tree: Tree, node: Node): string {
  const { depth, term, lookups, voids, networks, all, outcome } = node;
  const own = networks > 0 ? `${networks} ${networks === 1 ? 'network' : 'networks'}` : '';
  const said = [own, words[outcome], outcome === 'found' && voids > 0 ? 'void' : ''].filter(Boolean).join(', ');
  if (depth > 0) return `${term}  ${lookups}${said ? `, ${said}` : ''}`;
  if (tree.result !== 'record') return `${term}: ${said || tree.result}`;
  const end = all === null ? 'no all of its own' : `${all}all`;
  return `${term}: ${lookups} ${lookups === 1 ? 'lookup' : 'lookups'} (at most ${LOOKUPS}), ${voids} void (at most ${VOIDS}), ${end}${own ? `, ${own}` : ''}`;
}

function lead(nodes: readonly Node[], index: number): string {
  const depth = nodes[index]?.depth ?? 0;
  if (depth === 0) return '';
  const bars = Array.from({ length: depth - 1 }, (_, above) => (follows(nodes, index, above + 1) ? '│  ' : '   '));
  return `${bars.join('')}${follows(nodes, index, depth) ? '├─ ' : '└─ '}`;
}

/** Whether another node of that depth follows under the same one above. */
function follows(nodes: readonly Node[], index: number, depth: number): boolean {
  const next = nodes.slice(index + 1).find((node) => node.depth <= depth);
  return next?.depth === depth;
}
