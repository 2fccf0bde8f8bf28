import { GROUPS, newProgram, slotOfGroup, slotOfWord, TEXT, WORDS } from './program.ts';

/** How rare a byte is in texts. */
function rarity(byte = 0): number {
  const character = String.fromCharCode(byte);
  if ('etaoinsrhldcu '.includes(character)) return 0;
  if (/[a-z0]/.test(character)) return 1;
  return /[0-9A-Z_$~]/.test(character) ? 4 : 3;
}

/** Both groups of an anchor count: the commoner one is what costs time. */
function rarityAt(literal: Uint8Array, at: number): number {
  const [a, b, c, d] = [0, 1, 2, 3].map((offset) => rarity(literal[at + offset])) as [number, number, number, number];
  return (b + c + Math.min(a, d)) * 16 + a + b + c + d;
}

/** So many bytes of a literal are looked for: two overlapping groups of three, one of which falls on every second byte. */
const ANCHOR = 4;

interface Anchor {
  literal: number;
  /** Where in the literal it stands. */
  offset: number;
}

/** Even, so that the steps of two go on; what is copied at a time stays in a processor's second cache. */
const STEP = TEXT.bytes - 16;

type Report = (literal: number, start: number) => boolean;

/**
 * Finds many short literals in much text: every second byte is the start of a group of three that is looked up in a
 * table; only what is found there, few in a hundred, is looked at closer.
 */
export class Prefilter {
  readonly #literals: readonly Uint8Array[];
  readonly #program = newProgram();
  readonly #anchors = new Map<number, Anchor[]>();

  /** @param literals each at least four bytes long */
  constructor(literals: readonly Uint8Array[]) {
    this.#literals = literals;
    for (const [index, literal] of literals.entries()) this.#anchor(index, literal);
  }

  #anchor(index: number, literal: Uint8Array): void {
    let best = 0;
    let most = -1;
    for (let offset = 0; offset + ANCHOR <= literal.length; offset += 1) {
      const rare = rarityAt(literal, offset);
      if (rare > most) [best, most] = [offset, rare];
    }
    const word = wordAt(literal, best);
    this.#mark(GROUPS.at, slotOfGroup(word << 8));
    this.#mark(GROUPS.at, slotOfGroup(word & ~0xff));
    this.#mark(WORDS.at, slotOfWord(word));
    const anchor = { literal: index, offset: best };
    const same = this.#anchors.get(word);
    if (same) same.push(anchor);
    else this.#anchors.set(word, [anchor]);
  }

  #mark(bits: number, slot: number): void {
    const { memory } = this.#program;
    memory[bits + (slot >>> 3)] = (memory[bits + (slot >>> 3)] ?? 0) | (1 << (slot & 7));
  }

  /**
   * Reports each literal whose anchor is met between `from` and `to`, in about the order of the text.
   * @param report is told the literal's index and where it begins; true ends the search
   */
  search(bytes: Uint8Array, span: Span, report: Report): boolean {
    const { memory, view, next } = this.#program;
    const { to, begin, end } = span;
    for (let from = span.from; from < to; from += STEP) {
      // An anchor may begin one byte before, and end three bytes after.
      const first = Math.max(begin, from - 1);
      const until = Math.min(to, from + STEP);
      memory.set(bytes.subarray(first, Math.min(end, until + ANCHOR - 1)), TEXT.at + first - from);
      for (let at = next(0, until - from); at < until - from; at = next(at + 2, until - from)) {
        const here = this.#anchors.get(view.getInt32(TEXT.at + at, true));
        if (here && this.#met(bytes, from + at, here, span, report)) return true;
        const earlier = this.#anchors.get(view.getInt32(TEXT.at + at - 1, true));
        if (earlier && this.#met(bytes, from + at - 1, earlier, span, report)) return true;
      }
    }
    return false;
  }

  /** An anchor's bytes are met: which of its literals are around them? */
  #met(bytes: Uint8Array, at: number, anchors: readonly Anchor[], { begin, end }: Span, report: Report): boolean {
    // What lies beyond the text may have been there before.
    if (at < begin || at + ANCHOR > end) return false;
    for (const { literal, offset } of anchors) {
      const start = at - offset;
      const text = this.#literals[literal];
      if (text === undefined || start < begin || start + text.length > end || !isAt(bytes, start, text)) continue;
      if (report(literal, start)) return true;
    }
    return false;
  }
}

/** A stretch of bytes to search, and the text that it is a part of: no literal reaches beyond that. */
export interface Span {
  from: number;
  to: number;
  begin: number;
  end: number;
}

function isAt(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let at = 0; at < text.length; at += 1) if (bytes[start + at] !== text[at]) return false;
  return true;
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
