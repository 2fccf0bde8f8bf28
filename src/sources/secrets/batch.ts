import { HEAD, packingOf, unpack } from './containers.ts';
import { envEntries } from './trees.ts';
import type { Matcher } from './matcher.ts';

/** What came of looking at one object of a repository. */
export interface Looked {
  object: string;
  bytes: number;
  outcome: 'clean' | 'hit' | 'unreadable';
  /** A packed file that could not be looked into, or not wholly. */
  unopened: boolean;
  /** In a tree: the objects of files that are env files by their name. */
  envFiles: readonly string[];
}

/** A packed file, or a folder's listing, larger than this is not held as a whole. */
const LARGEST_HELD = 64 * 1024 * 1024;
const none: readonly string[] = [];

interface Current {
  object: string;
  type: string;
  size: number;
  /** Where in the buffer it begins and ends; the beginning may have been let go, the end not be there yet. */
  begin: number;
  end: number;
  mode: 'undecided' | 'search' | 'collect' | 'pass';
  collected: Buffer[];
  hit: boolean;
  unopened: boolean;
}

/**
 * Reads what `git cat-file --batch` writes and searches each object, whatever its size, in constant memory: what is small
 * as a whole, what is large as it comes, packed files after they were collected.
 */
export class BatchSearch {
  readonly #matcher: Matcher;
  readonly #done: (looked: Looked) => void;
  readonly #buffer: Buffer;
  /** The object that fits into half of the buffer is searched as a whole. */
  readonly #whole: number;
  #filled = 0;
  #at = 0;
  #current: Current | null = null;

  constructor(matcher: Matcher, done: (looked: Looked) => void) {
    this.#matcher = matcher;
    this.#done = done;
    this.#buffer = Buffer.allocUnsafe(Math.max(1024 * 1024, matcher.reach * 8));
    this.#whole = this.#buffer.length >> 1;
  }

  push(chunk: Buffer): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#filled === this.#buffer.length) this.#letGo();
      const copied = chunk.copy(this.#buffer, this.#filled, from);
      this.#filled += copied;
      from += copied;
      while (this.#step()) {
        // as far as what is there leads
      }
    }
  }

  /** Frees what no search needs any more. */
  #letGo(): void {
    const current = this.#current;
    const behind = current?.mode === 'search' ? Math.max(current.begin, this.#at - this.#matcher.reach) : this.#at;
    const keep = Math.max(0, Math.min(behind, this.#at));
    this.#buffer.copyWithin(0, keep, this.#filled);
    this.#filled -= keep;
    this.#at -= keep;
    if (!current) return;
    current.begin -= keep;
    current.end -= keep;
  }

  /** One step onward; false where more bytes are needed. */
  #step(): boolean {
    const current = this.#current;
    if (!current) return this.#header();
    if (current.mode === 'undecided' && !this.#decide(current)) return false;
    if (current.mode === 'search') this.#search(current);
    else if (current.mode === 'collect' || current.mode === 'pass') this.#take(current);
    // A line end follows the content.
    if ((current.mode !== 'undecided' && this.#at < current.end) || this.#filled <= current.end) return false;
    this.#finish(current);
    return true;
  }

  /** `OBJECT TYPE SIZE`, or `OBJECT missing`. */
  #header(): boolean {
    const end = this.#buffer.indexOf(10, this.#at);
    if (end === -1 || end >= this.#filled) return false;
    const [object = '', type = '', size = ''] = this.#buffer.toString('latin1', this.#at, end).split(' ');
    this.#at = end + 1;
    if (size === '') {
      this.#done({ object, bytes: 0, outcome: 'unreadable', unopened: false, envFiles: none });
      return true;
    }
    this.#current = {
      object,
      type,
      size: Number(size),
      begin: this.#at,
      end: this.#at + Number(size),
      mode: 'undecided',
      collected: [],
      hit: false,
      unopened: false,
    };
    return true;
  }

  #decide(current: Current): boolean {
    const { size, type, begin } = current;
    const there = this.#filled - begin;
    if (size <= this.#whole) {
      if (there <= size) {
        // It may lie too far back in the buffer to fit behind what is there.
        if (begin + size + 1 > this.#buffer.length) this.#letGo();
        return false;
      }
      return true;
    }
    if (there < HEAD) return false;
    const packed = type === 'tree' || packingOf(this.#buffer.subarray(begin, begin + HEAD)) !== null;
    const held = packed && size <= LARGEST_HELD;
    current.unopened = packed && !held;
    current.mode = held ? 'collect' : type === 'tree' ? 'pass' : 'search';
    return true;
  }

  /** As far as there is enough behind for the longest that a search looks at. */
  #search(current: Current): void {
    const there = Math.min(this.#filled, current.end);
    const to = there === current.end ? there : there - this.#matcher.reach;
    if (to <= this.#at) return;
    const begin = Math.max(0, current.begin);
    if (!current.hit) {
      current.hit = this.#matcher.search(this.#buffer, { from: this.#at, to, begin, end: there }, () => true);
    }
    this.#at = to;
  }

  #take(current: Current): void {
    const there = Math.min(this.#filled, current.end);
    if (current.mode === 'collect' && there > this.#at) {
      current.collected.push(Buffer.from(this.#buffer.subarray(this.#at, there)));
    }
    this.#at = there;
  }

  #finish(current: Current): void {
    const { object, size } = current;
    let envFiles = none;
    if (current.mode === 'collect') envFiles = this.#whollyHeld(current, Buffer.concat(current.collected));
    else if (current.mode === 'undecided') {
      envFiles = this.#whollyHeld(current, this.#buffer.subarray(current.begin, current.end));
    }
    this.#at = current.end + 1;
    this.#current = null;
    this.#done({
      object,
      bytes: size,
      outcome: current.hit ? 'hit' : 'clean',
      unopened: current.unopened,
      envFiles,
    });
  }

  #whollyHeld(current: Current, content: Buffer): readonly string[] {
    if (current.type === 'tree') return envEntries(content, current.object.length / 2);
    const packing = packingOf(content.subarray(0, HEAD));
    const inside = packing ? unpack(content, packing, ({ bytes }) => (current.hit ||= this.#holdsSecret(bytes))) : null;
    if (inside) current.unopened = true;
    // What is not packed, or could not be unpacked, is searched as it is.
    if (!packing || (inside && !current.hit)) current.hit = this.#holdsSecret(content);
    return none;
  }

  #holdsSecret(bytes: Buffer): boolean {
    return this.#matcher.search(bytes, { from: 0, to: bytes.length, begin: 0, end: bytes.length }, () => true);
  }
}
