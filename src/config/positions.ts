import { EVENT_ID, parseEvents } from 'js-yaml';

export type Path = readonly (string | number)[];

/** 1-based, as editors count. */
interface Position {
  line: number;
  column: number;
}

/** Where a setting stands: its key (a list's item has none) and its value. */
export interface Place {
  key: Position;
  value: Position;
  /** Where it is written in another text than the rest of the document (a policy at a git ref). */
  source?: string;
}

export const pathKey = (path: Path): string => JSON.stringify(path);

interface Open {
  path: Path;
  kind: 'mapping' | 'sequence';
  index: number;
  /** The key that was read and whose value is awaited. */
  key: { name: string; at: number } | null;
}

/** From the path of each key and item of a YAML text (as JSON) to where it stands. Aliases stand where they are written. */
export function positionsOf(source: string): Map<string, Place> {
  const places = new Map<string, Place>();
  const at = lineCounter(source);
  const open: Open[] = [];
  /** Notes a value's place and says its path; null where the node is a mapping's key. */
  const place = (offset: number): Path | null => {
    const parent = open.at(-1);
    if (!parent) return [];
    if (parent.kind === 'mapping' && !parent.key) return null;
    const step = parent.kind === 'sequence' ? parent.index++ : (parent.key?.name ?? '');
    const path = [...parent.path, step];
    places.set(pathKey(path), { key: at(parent.key?.at ?? offset), value: at(offset) });
    parent.key = null;
    return path;
  };
  for (const event of parseEvents(source, {})) {
    if (event.type === EVENT_ID.DOCUMENT) continue;
    if (event.type === EVENT_ID.POP) open.pop();
    else if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      const kind = event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence';
      open.push({ path: place(event.start) ?? [], kind, index: 0, key: null });
    } else {
      const start = event.type === EVENT_ID.SCALAR ? event.valueStart : event.anchorStart;
      const end = event.type === EVENT_ID.SCALAR ? event.valueEnd : event.anchorEnd;
      const parent = open.at(-1);
      const quote = event.type === EVENT_ID.SCALAR && /["']/.test(source.charAt(start - 1)) ? 1 : 0;
      if (!place(start - quote) && parent) parent.key = { name: source.slice(start, end), at: start };
    }
  }
  return places;
}

function lineCounter(source: string): (offset: number) => Position {
  const starts = [0];
  for (let index = source.indexOf('\n'); index >= 0; index = source.indexOf('\n', index + 1)) starts.push(index + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
