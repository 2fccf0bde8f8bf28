/** A pattern of backups.source, ready to match paths relative to the source, segment by segment. */
export interface Pattern {
  /** Whether a folder may lead to a match. */
  mayLead(path: readonly string[]): boolean;
  matches(path: readonly string[]): boolean;
}

const MAX_ALTERNATIVES = 64;

type Part = '*' | ((char: string) => boolean);
type Segment = '**' | { hidden: boolean; parts: readonly Part[] };

/** `*`, `?`, `[a-z]`, `[!a]`, `{a,b}` within one name, `**` for any number of folders. Files that begin with a dot need one written. */
export function compilePattern(pattern: string): Pattern {
  const ways = expandBraces(pattern.replace(/^(\.?\/)+/, '')).map((one) =>
    one
      .split('/')
      .filter((segment) => segment !== '')
      .map(
        (segment): Segment => (segment === '**' ? '**' : { hidden: segment.startsWith('.'), parts: partsOf(segment) }),
      ),
  );
  return {
    matches: (path) => ways.some((way) => matchPath(way, path, false)),
    mayLead: (path) => ways.some((way) => matchPath(way, path, true)),
  };
}

/** Row by row, so that no pattern can make it slow. `leading`: the path may be the beginning of a match. */
function matchPath(pattern: readonly Segment[], path: readonly string[], leading: boolean): boolean {
  let reached = new Set([0]);
  const close = (states: Set<number>) => {
    for (const at of states) if (pattern[at] === '**') states.add(at + 1);
    return states;
  };
  reached = close(reached);
  for (const name of path) {
    const next = new Set<number>();
    for (const at of reached) {
      const segment = pattern[at];
      if (segment === '**' && !name.startsWith('.')) next.add(at);
      else if (segment !== undefined && segment !== '**' && matchName(segment, name)) next.add(at + 1);
    }
    reached = close(next);
  }
  return leading ? [...reached].some((at) => at < pattern.length) : reached.has(pattern.length);
}

/** One name: goes back to the last star only, so it takes no more than name times pattern steps. */
function matchName({ hidden, parts }: Exclude<Segment, '**'>, name: string): boolean {
  if (name.startsWith('.') && !hidden) return false;
  let p = 0;
  let n = 0;
  let star = -1;
  let from = 0;
  while (n < name.length) {
    const part = parts[p];
    if (part === '*') {
      star = p;
      from = n;
      p += 1;
    } else if (part !== undefined && part(name[n] ?? '')) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      from += 1;
      n = from;
    } else return false;
  }
  while (parts[p] === '*') p += 1;
  return p === parts.length;
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? '';
    const end = char === '[' ? pattern.indexOf(']', at + 2) : -1;
    if (char === '*') parts.push('*');
    else if (char === '?') parts.push(() => true);
    else if (end > 0) {
      parts.push(classOf(pattern.slice(at + 1, end)));
      at = end;
    } else parts.push((one) => one === char);
  }
  return parts;
}

function classOf(text: string): (char: string) => boolean {
  const negated = /^[!^]/.test(text);
  const ranges = [...(negated ? text.slice(1) : text).matchAll(/(.)(?:-(.))?/gsu)];
  return (char) => ranges.some(([, low = '', high = low]) => char >= low && char <= high) !== negated;
}

/** `a{b,c}` -> `ab`, `ac`; a brace without its partner is a letter like any other. */
function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0 && open.length + done.length <= MAX_ALTERNATIVES) {
    const one = open.pop() ?? '';
    const found = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(one);
    if (!found) done.push(one);
    else for (const choice of (found[2] ?? '').split(',')) open.push(`${found[1]}${choice}${found[3]}`);
  }
  return [...done, ...open];
}
