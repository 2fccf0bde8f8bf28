import { endOf, formsOf, startOf } from './forms.ts';
import { Prefilter, type Span } from './prefilter.ts';
import { type Format, formatsOf, readFormat } from './formats.ts';
import type { Rule } from './rules/rule.ts';
import { isAssigned, type Sought } from './sought.ts';

/** One secret that was found. Its value never leaves the sources. */
export interface Hit {
  /** `env-value`, or the id of a rule. */
  kind: string;
  key: string | null;
  value: string;
  /** Where it stands, from and to. */
  start: number;
  end: number;
}

interface Form {
  sought: Sought;
  bytes: Buffer;
}

/** A part of a form that is looked for; the form around it may be broken into lines. */
interface Piece {
  form: Form;
  offset: number;
}

const PIECE = 4;

/** Searches bytes for exact values in every encoding, and for known formats. */
export class Matcher {
  readonly #prefilter: Prefilter;
  /** By literal: a piece of a form, or the formats with that keyword. */
  readonly #meanings: (Piece | readonly Format[])[] = [];
  /** How many bytes around a place may count for it. */
  readonly reach: number;

  constructor(values: readonly Sought[], rules: readonly Rule[]) {
    const literals: Uint8Array[] = [];
    const add = (literal: Uint8Array, meaning: Piece | readonly Format[]) => {
      literals.push(literal);
      this.#meanings.push(meaning);
    };
    const formats = formatsOf(rules);
    for (const [keyword, own] of formats) add(Buffer.from(keyword, 'latin1'), own);
    let longest = 0;
    for (const form of distinctForms(values)) {
      longest = Math.max(longest, form.bytes.length);
      for (const offset of piecesOf(form.bytes)) add(form.bytes.subarray(offset, offset + PIECE), { form, offset });
    }
    this.#prefilter = new Prefilter(literals);
    const farthest = Math.max(...[...formats.values()].flat().map(({ before, after }) => before + after), 0);
    // A form that is broken into lines is longer by as much again at the most, as they are broken in practice.
    this.reach = Math.max(farthest, longest * 2, 256) + 256;
  }

  /** Every secret in a text that is there as a whole, in its order; of those that overlap, the most telling one. */
  all(bytes: Buffer, most: number): Hit[] {
    const hits: Hit[] = [];
    this.search(bytes, { from: 0, to: bytes.length, begin: 0, end: bytes.length }, (hit) => {
      hits.push(hit);
      // Much is dropped below: a file of one secret a line has no more than this to say.
      return hits.length >= most * 8;
    });
    return settled(hits).slice(0, most);
  }

  /** @param found is told of each secret whose literal stands between `from` and `to`; true ends the search */
  search(bytes: Buffer, span: Span, found: (hit: Hit) => boolean): boolean {
    return this.#prefilter.search(bytes, span, (literal, start) => {
      const meaning = this.#meanings[literal];
      if (meaning === undefined) return false;
      if ('form' in meaning) {
        const hit = this.#value(bytes, meaning, start, span);
        return hit !== null && found(hit);
      }
      for (const format of meaning) {
        const hit = readFormat(bytes, format, start, span.begin, span.end);
        if (hit !== null && found(hit)) return true;
      }
      return false;
    });
  }

  #value(bytes: Buffer, { form, offset }: Piece, at: number, { begin, end }: Span): Hit | null {
    const to = endOf(bytes, at, form.bytes, offset, end);
    if (to === -1) return null;
    const from = startOf(bytes, at, form.bytes, offset, begin);
    if (from === -1) return null;
    const { key, value, telling } = form.sought;
    if (!telling && !isAssigned(bytes, from, to, begin, end)) return null;
    return { kind: 'env-value', key, value, start: from, end: to };
  }
}

/** The forms of all values; one that several values share belongs to the first. */
function distinctForms(values: readonly Sought[]): Form[] {
  const forms = new Map<string, Form>();
  for (const sought of values) {
    for (const bytes of formsOf(sought.value)) {
      const text = bytes.toString('latin1');
      if (!forms.has(text)) forms.set(text, { sought, bytes });
    }
  }
  return [...forms.values()];
}

/** Where the two pieces of a form are that are looked for: apart, so that one line's end breaks one of them at most. */
function piecesOf(form: Uint8Array): number[] {
  const half = form.length >> 1;
  const rarest = (from: number, to: number): number => {
    let best = from;
    let most = -1;
    for (let at = from; at + PIECE <= to; at += 1) {
      const piece = form.subarray(at, at + PIECE);
      // No line end in a piece: the file may write it otherwise.
      const rare = piece.includes(10) ? -1 : new Set(piece).size * 2 + piece.filter((byte) => byte < 97).length;
      if (rare > most) [best, most] = [at, rare];
    }
    return best;
  };
  return [...new Set([rarest(0, half), rarest(half, form.length)])];
}

/** Of hits that overlap the first in rank stays: the env's own values, then the formats in the order of their list. */
export function settled(hits: readonly Hit[]): Hit[] {
  const kept: Hit[] = [];
  const ranked = [...hits].sort(
    (a, b) => rank(a) - rank(b) || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  for (const hit of ranked) {
    if (!kept.some((other) => hit.start < other.end && other.start < hit.end)) kept.push(hit);
  }
  return kept.sort((a, b) => a.start - b.start);
}

const rank = ({ kind }: Hit): number => (kind === 'env-value' ? 0 : 1);
