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
/** Bits, small enough to stay in a processor's nearest cache. */
const GROUPS = 1 << 18;
const WORDS = 1 << 16;

/** @param group three bytes, above an empty one */
const slotOfGroup = (group: number): number => Math.imul(group, 0x9e3779b1) >>> 14;
const slotOfWord = (word: number): number => Math.imul(word, 0x85ebca6b) >>> 16;

const isMarked = (bits: Int32Array, slot: number): boolean => (((bits[slot >>> 5] as number) >>> slot) & 1) !== 0;

function mark(bits: Int32Array, slot: number): void {
  bits[slot >>> 5] = (bits[slot >>> 5] ?? 0) | (1 << slot);
}

/** Whether four bytes read as one number have the first byte lowest. */
const firstIsLowest = new Uint8Array(new Int32Array([1]).buffer)[0] === 1;

interface Anchor {
  literal: number;
  /** Where in the literal it stands. */
  offset: number;
}

/**
 * The first place from which on three bytes may be a group, in steps of two bytes; `end` where there is none.
 * A function of its own, and no default for what is within bounds: so it is twice as fast.
 */
function nextGroup(view: Int32Array, groups: Int32Array, from: number, end: number): number {
  let half = from;
  let word = view[half >> 1] as number;
  if ((half & 1) !== 0) {
    const next = view[(half >> 1) + 1] as number;
    if (isMarked(groups, slotOfGroup(((word >>> 8) & 0xffff00) | (next << 24)))) return half;
    word = next;
    half += 1;
  }
  for (; half < end; half += 2) {
    const next = view[(half >> 1) + 1] as number;
    if (isMarked(groups, slotOfGroup(word << 8))) return half;
    if (isMarked(groups, slotOfGroup(((word >>> 8) & 0xffff00) | (next << 24)))) return half + 1;
    word = next;
  }
  return end;
}

type Report = (literal: number, start: number) => boolean;

/**
 * Finds many short literals in much text: every second byte is the start of a group of three that is looked up in a
 * table; only what is found there, few in a hundred, is looked at closer.
 */
export class Prefilter {
  readonly #literals: readonly Uint8Array[];
  readonly #groups = new Int32Array(GROUPS >> 5);
  readonly #words = new Int32Array(WORDS >> 5);
  readonly #anchors = new Map<number, Anchor[]>();
  /** The bytes searched last, four at a time. */
  #view: Int32Array = new Int32Array(0);

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
    mark(this.#groups, slotOfGroup(word << 8));
    mark(this.#groups, slotOfGroup(word & ~0xff));
    mark(this.#words, slotOfWord(word));
    const anchor = { literal: index, offset: best };
    const same = this.#anchors.get(word);
    if (same) same.push(anchor);
    else this.#anchors.set(word, [anchor]);
  }

  /**
   * Reports each literal whose anchor is met between `from` and `to`, in about the order of the text.
   * @param report is told the literal's index and where it begins; true ends the search
   */
  search(bytes: Uint8Array, span: Span, report: Report): boolean {
    const last = Math.min(span.to, span.end - 2);
    const { byteOffset } = bytes;
    const aligned = span.from + ((4 - ((byteOffset + span.from) & 3)) & 3);
    // The fast loop reads whole words, one ahead.
    const stop = firstIsLowest ? last - 10 : 0;
    if (aligned >= stop) return this.#slowly(bytes, span.from, last, span, report);
    if (this.#slowly(bytes, span.from, aligned, span, report)) return true;
    if (this.#view.buffer !== bytes.buffer) this.#view = new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >> 2);
    const end = (byteOffset + stop) >> 1;
    for (let half = (byteOffset + aligned) >> 1; half < end; half += 1) {
      half = nextGroup(this.#view, this.#groups, half, end);
      if (half < end && this.#look(bytes, (half << 1) - byteOffset, span, report)) return true;
    }
    return this.#slowly(bytes, (end << 1) - byteOffset, last, span, report);
  }

  #slowly(bytes: Uint8Array, from: number, to: number, span: Span, report: Report): boolean {
    for (let at = from; at < to; at += 2) if (this.#look(bytes, at, span, report)) return true;
    return false;
  }

  /** A group of an anchor may stand here: as its first bytes, or as its last ones. */
  #look(bytes: Uint8Array, at: number, span: Span, report: Report): boolean {
    return this.#anchorAt(bytes, at, span, report) || this.#anchorAt(bytes, at - 1, span, report);
  }

  #anchorAt(bytes: Uint8Array, at: number, { begin, end }: Span, report: Report): boolean {
    if (at < begin || at + ANCHOR > end) return false;
    const word = wordAt(bytes, at);
    if (!isMarked(this.#words, slotOfWord(word))) return false;
    for (const { literal, offset } of this.#anchors.get(word) ?? []) {
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
