/**
 * The innermost loop of the search as a WebAssembly module, written by hand: V8 compiles it to a third of the
 * instructions that the same loop takes in JavaScript, and no input makes it slower. What it does, in JavaScript:
 *
 *     next(at, last) {
 *       for (; at < last; at += 2) {
 *         if (!isMarked(GROUPS, (word(at) << 8) * 0x9e3779b1 >>> 14)) continue;
 *         if (isMarked(WORDS, word(at) * 0x85ebca6b >>> 16)) return at;
 *         if (isMarked(WORDS, word(at - 1) * 0x85ebca6b >>> 16)) return at;
 *       }
 *       return last;
 *     }
 */

/** Bits for groups of three bytes, small enough to stay in a processor's nearest cache. */
export const GROUPS = { at: 0, bits: 1 << 18 } as const;
/** Bits for words of four bytes. */
export const WORDS = { at: GROUPS.bits >> 3, bits: 1 << 16 } as const;
/** Where the text begins; a byte before it is read as well. */
export const TEXT = { at: 1 << 16, bytes: 1 << 18 } as const;

const PAGE = 1 << 16;

/** @param group three bytes, above an empty one */
export const slotOfGroup = (group: number): number => Math.imul(group, 0x9e3779b1) >>> 14;
export const slotOfWord = (word: number): number => Math.imul(word, 0x85ebca6b) >>> 16;

export interface Program {
  memory: Uint8Array;
  view: DataView;
  /** The first place from `at` in steps of two where an anchor may begin, or one byte before; `last` where there is none. */
  next(at: number, last: number): number;
}

/** As far as it is used here: Node has it, but its types come with a browser's. */
interface Wasm {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: { memory: { buffer: ArrayBuffer }; next: Program['next'] } };
}
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: Wasm };

let compiled: object | undefined;

/** A new instance with a memory of its own. */
export function newProgram(): Program {
  compiled ??= new wasm.Module(module());
  const { memory, next } = new wasm.Instance(compiled).exports;
  return { memory: new Uint8Array(memory.buffer), view: new DataView(memory.buffer), next };
}

/** WebAssembly Core Specification 1.0, section 5.5: sections by number, each with its length. */
function module(): Uint8Array {
  const pages = (TEXT.at + TEXT.bytes) / PAGE + 1;
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, I32, I32, 1, I32]), // one type: (i32, i32) -> i32
    ...section(3, [1, 0]), // one function of that type
    ...section(5, [1, 0, ...unsigned(pages)]), // one memory
    ...section(7, [2, ...name('memory'), 2, 0, ...name('next'), 0, 0]),
    ...section(10, [1, ...sized([1, 2, I32, ...loop(), END])]), // its code, with two more locals
  ]);
}

/** Value types and instructions (sections 5.3 and 5.4). */
const I32 = 0x7f;
const VOID = 0x40;
const [BLOCK, LOOP, END, BRANCH, BRANCH_IF] = [0x02, 0x03, 0x0b, 0x0c, 0x0d];
const [GET, SET, TEE, LOAD, LOAD_BYTE, CONST] = [0x20, 0x21, 0x22, 0x28, 0x2d, 0x41];
const [IS_ZERO, NOT_BELOW, ADD, TIMES, AND, LEFT, RIGHT] = [0x45, 0x4f, 0x6a, 0x6c, 0x71, 0x74, 0x76];
/** The function's parameters and its two locals. */
const [AT, LAST, WORD, SLOT] = [0, 1, 2, 3];

function loop(): number[] {
  const load = (from: number) => [GET, AT, LOAD, 0, ...unsigned(from)];
  /** Of the number on the stack: the bit of its slot. */
  const bit = (bits: number, factor: number, shift: number) => [
    ...[...constant(factor), TIMES, ...constant(shift), RIGHT, TEE, SLOT],
    ...[...constant(3), RIGHT, LOAD_BYTE, 0, ...unsigned(bits)],
    ...[GET, SLOT, ...constant(7), AND, RIGHT, ...constant(1), AND],
  ];
  const isWord = bit(WORDS.at, 0x85ebca6b, 16);
  return [
    ...[BLOCK, VOID],
    ...[LOOP, VOID],
    ...[GET, AT, GET, LAST, NOT_BELOW, BRANCH_IF, 1],
    ...[BLOCK, VOID],
    ...[...load(TEXT.at), TEE, WORD, ...constant(8), LEFT, ...bit(GROUPS.at, 0x9e3779b1, 14), IS_ZERO, BRANCH_IF, 0],
    ...[GET, WORD, ...isWord, BRANCH_IF, 2],
    ...[...load(TEXT.at - 1), ...isWord, BRANCH_IF, 2],
    END,
    ...[GET, AT, ...constant(2), ADD, SET, AT, BRANCH, 0],
    END,
    END,
    ...[GET, AT],
  ];
}

const sized = (content: readonly number[]): number[] => [...unsigned(content.length), ...content];
const section = (id: number, content: readonly number[]): number[] => [id, ...sized(content)];
const name = (text: string): number[] => sized([...Buffer.from(text)]);

/** LEB128 (section 5.2.2). */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function constant(value: number): number[] {
  const bytes = [CONST];
  for (let rest = value | 0; ; rest >>= 7) {
    const last = rest >> 6 === 0 || rest >> 6 === -1;
    bytes.push((rest & 0x7f) | (last ? 0 : 0x80));
    if (last) return bytes;
  }
}
