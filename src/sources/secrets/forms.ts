import { encodingsOf } from '../encodings.ts';

/** A form shorter than this would be met by chance. */
const SHORTEST = 8;

/** A value as it may stand in a file, as bytes: each form once. */
export function formsOf(value: string): Buffer[] {
  const json = JSON.stringify(value).slice(1, -1);
  const texts = [...encodingsOf(value), JSON.stringify(json).slice(1, -1)];
  const wide = Buffer.from(value, 'utf16le');
  const forms = [...texts.map((text) => Buffer.from(text, 'utf8')), wide, Buffer.from(wide).swap16()];
  const seen = new Set<string>();
  return forms.filter((form) => {
    const text = form.toString('latin1');
    return form.length >= SHORTEST && !seen.has(text) && seen.add(text);
  });
}

const LONGEST_BREAK = 96;

/**
 * The length of what breaks a text into lines at a place: a line end, real or escaped, with the indentation, quotes, `+`
 * and backslashes beside it; 0 where the line goes on.
 * @param step 1 to look forward from `at`, -1 to look backward
 */
function breakAt(bytes: Uint8Array, at: number, limit: number, step: 1 | -1): number {
  let lines = 0;
  let length = 0;
  for (; length < LONGEST_BREAK; length += 1) {
    const place = at + length * step;
    if (step === 1 ? place >= limit : place < limit) break;
    const byte = bytes[place];
    if (byte === 10 || byte === 13) lines += 1;
    else if (byte === 110 || byte === 114) {
      // The n of an escaped line end: a backslash is before it.
      if (bytes[place - 1] !== 92) break;
      lines += 1;
    } else if (byte !== 32 && byte !== 9 && byte !== 34 && byte !== 39 && byte !== 43 && byte !== 92) break;
  }
  return lines > 0 ? length : 0;
}

/** Where the rest of a form ends that goes on at `at`; -1 where it does not. Lines may break anywhere in it. */
export function endOf(bytes: Uint8Array, at: number, form: Uint8Array, from: number, end: number): number {
  let place = at;
  for (let index = from; index < form.length; index += 1) {
    if (place < end && bytes[place] === form[index]) {
      place += 1;
      continue;
    }
    const broken = breakAt(bytes, place, end, 1);
    if (broken === 0) return -1;
    place += broken;
    if (form[index] === 10) continue;
    if (place >= end || bytes[place] !== form[index]) return -1;
    place += 1;
  }
  return place;
}

/** Where a form begins whose byte `from` stands at `at`; -1 where it does not. */
export function startOf(bytes: Uint8Array, at: number, form: Uint8Array, from: number, begin: number): number {
  let place = at;
  for (let index = from; index >= 0; index -= 1) {
    if (place >= begin && bytes[place] === form[index]) {
      place -= 1;
      continue;
    }
    const broken = breakAt(bytes, place, begin, -1);
    if (broken === 0) return -1;
    place -= broken;
    if (form[index] === 10) continue;
    if (place < begin || bytes[place] !== form[index]) return -1;
    place -= 1;
  }
  return place + 1;
}
