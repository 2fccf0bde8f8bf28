import { contentsOf, sizesOf } from '../git/objects.ts';
import { read, type Repo } from '../git/run.ts';
import type { SecretNames } from '../env/secret-keys.ts';
import { HEAD, packingOf, unpack } from './containers.ts';
import { secretsInEnvFile } from './env-file.ts';
import { type Hit, type Matcher, settled } from './matcher.ts';

/** One secret in one object, with all that can be said of it from its content. */
export interface Detail {
  object: string;
  /** `env-value`, `env-file`, or the id of a rule. */
  kind: string;
  key: string | null;
  value: string;
  /** 1-based; 0 in a binary file. */
  line: number;
  /** Its path in a packed file; null where the object is none. */
  member: string | null;
}

const LARGEST_HELD = 64 * 1024 * 1024;
/** Of one object: one is enough for a fail, some show where to look. */
const MOST_OF_ONE = 50;

export interface Suspects {
  hits: ReadonlySet<string>;
  envFiles: ReadonlySet<string>;
}

/** Reads the objects that hold something once more, and says what and where. At most `most` secrets. */
export async function* detailsOf(
  repo: Repo,
  matcher: Matcher,
  { hits, envFiles }: Suspects,
  names: SecretNames,
): AsyncGenerator<Detail> {
  const objects = [...new Set([...hits, ...envFiles])];
  const sizes = await sizesOf(repo, objects);
  const large = objects.filter((object) => (sizes.get(object) ?? 0) > LARGEST_HELD);
  const small = objects.filter((object) => !large.includes(object));
  for await (const { object, content } of contentsOf(repo, small)) {
    const found = hits.has(object) ? inContent(matcher, object, content) : [];
    yield* found;
    if (!envFiles.has(object)) continue;
    const lines = new Set(found.map(({ line }) => line));
    for (const entry of secretsInEnvFile(content.toString('utf8'), names)) {
      // What is one of the env's own values, or of a known format, was said.
      if (!lines.has(entry.line)) yield { object, kind: 'env-file', member: null, ...entry };
    }
  }
  for (const object of large) yield* inStream(repo, matcher, object);
}

function inContent(matcher: Matcher, object: string, content: Buffer): Detail[] {
  const packing = packingOf(content.subarray(0, HEAD));
  if (!packing) return inBytes(matcher, content).map((found) => ({ object, member: null, ...found }));
  const inside: Detail[] = [];
  unpack(content, packing, ({ name, bytes }) => {
    inside.push(...inBytes(matcher, bytes).map((found) => ({ object, member: name, ...found })));
    return inside.length >= MOST_OF_ONE;
  });
  if (inside.length > 0) return inside;
  return inBytes(matcher, content).map((found) => ({ object, member: null, ...found }));
}

type Found = Omit<Detail, 'object' | 'member'>;

/** The secrets in bytes that are there as a whole, each with its line. */
export function inBytes(matcher: Matcher, bytes: Buffer): Found[] {
  const hits = matcher.all(bytes, MOST_OF_ONE);
  const binary = isBinary(bytes);
  const lines = new Lines(bytes);
  return hits.map(({ kind, key, value, start }) => ({ kind, key, value, line: binary ? 0 : lines.at(start) }));
}

/** As git tells them apart: a NUL among the first 8000 bytes. */
const isBinary = (bytes: Buffer): boolean => bytes.subarray(0, 8000).includes(0);

/** Line numbers of places that are asked for in order. */
class Lines {
  readonly #bytes: Buffer;
  #at = 0;
  #line = 1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  at(place: number): number {
    for (
      let end = this.#bytes.indexOf(10, this.#at);
      end !== -1 && end < place;
      end = this.#bytes.indexOf(10, this.#at)
    ) {
      this.#at = end + 1;
      this.#line += 1;
    }
    return this.#line;
  }
}

/** A large object, a part at a time; each part with as much before it as a search looks at. */
async function* inStream(repo: Repo, matcher: Matcher, object: string): AsyncGenerator<Detail> {
  const hits = new Map<string, Hit & { line: number }>();
  let held = Buffer.alloc(0);
  let searched = 0;
  let lines = 1;
  const search = (to: number, end: number) => {
    const span = { from: searched, to, begin: 0, end };
    const found: Hit[] = [];
    matcher.search(held, span, (hit) => found.push(hit) >= MOST_OF_ONE);
    for (const hit of settled(found)) {
      const line = lines + newlines(held.subarray(0, hit.start));
      const once = `${hit.kind}\0${hit.value}\0${line}`;
      if (!hits.has(once)) hits.set(once, { ...hit, line });
    }
    searched = Math.max(searched, to);
  };
  for await (const chunk of read(repo, ['cat-file', 'blob', object])) {
    held = Buffer.concat([held, chunk]);
    if (held.length < matcher.reach * 4) continue;
    search(held.length - matcher.reach, held.length);
    const drop = searched - matcher.reach;
    lines += newlines(held.subarray(0, drop));
    held = Buffer.from(held.subarray(drop));
    searched -= drop;
    if (hits.size >= MOST_OF_ONE) break;
  }
  search(held.length, held.length);
  for (const { kind, key, value, line } of hits.values()) yield { object, kind, key, value, line, member: null };
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
