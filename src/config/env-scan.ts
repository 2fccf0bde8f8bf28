import { parse } from 'dotenv';

interface Assignment {
  key: string;
  /** As dotenv reads it: unquoted, unescaped, not yet expanded. */
  value: string;
  /** 1-based: the line of the key. */
  line: number;
}

/** What stands in the text of an env file, line by line. */
export interface EnvScan {
  assignments: Assignment[];
  /** Lines that are neither an assignment, a comment nor blank. */
  malformed: number[];
  /** Keys that stand commented out: `# KEY=value`. */
  commented: { key: string; line: number }[];
  /** Keys that a comment beside or above them calls optional. */
  optional: string[];
}

/**
 * One assignment in dotenv's grammar (README of dotenv 18, "What rules does the parsing engine follow?"): `export`, `=`
 * or `: `, a value in one of three quotes that may span lines, or the rest of the line up to a comment. Sticky, and
 * without dotenv's leading and trailing `\s*`, which take quadratic time on blank lines and swallow comments.
 */
const assignment =
  /(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?[^\S\n\u2028\u2029]*(#.*)?$/my;

const commentedOut = /^#+\s*(?:export\s+)?([A-Za-z_][\w.-]*)=/;

/**
 * Reads the text of an env file; no shell is run and nothing is expanded. Never throws.
 * @param text without a byte order mark, any line ends
 */
export function scanEnv(text: string): EnvScan {
  const scan: EnvScan = { assignments: [], malformed: [], commented: [], optional: [] };
  const source = text.replace(/\r\n?/g, '\n');
  const note = new OptionalNote();
  let at = 0;
  let line = 1;
  while (at < source.length) {
    const end = lineEnd(source, at);
    const start = at + leadingSpace(source, at, end);
    if (start === end) {
      note.blank();
    } else if (source[start] === '#') {
      comment(source.slice(start, end), line, scan, note);
    } else {
      const read = readAssignment(source, start, line);
      if (read) {
        scan.assignments.push(read.assignment);
        if (note.covers(read.comment)) scan.optional.push(read.assignment.key);
        line += count(source, at, read.end);
        at = read.end;
        continue;
      }
      scan.malformed.push(line);
      note.blank();
    }
    if (source[end] === '\n') line += 1;
    at = end + 1;
  }
  return scan;
}

function readAssignment(source: string, start: number, line: number) {
  assignment.lastIndex = start;
  const match = assignment.exec(source);
  const key = match?.[1];
  if (!match || key === undefined) return null;
  const values = parse(match[0]);
  // dotenv cannot hold this one name: it sets its result's prototype.
  if (!Object.hasOwn(values, key)) return null;
  const next = lineEnd(source, start + match[0].length);
  return {
    assignment: { key, value: values[key] ?? '', line },
    comment: match[3] ?? '',
    end: Math.min(next + 1, source.length),
  };
}

function comment(text: string, line: number, scan: EnvScan, note: OptionalNote): void {
  const key = commentedOut.exec(text)?.[1];
  if (key === undefined) return note.comment(text);
  scan.commented.push({ key, line });
  note.blank();
}

/** Where the line ends: JavaScript's line ends, as `^` and `$` of dotenv's pattern see them. */
function lineEnd(source: string, from: number): number {
  for (let at = from; at < source.length; at += 1) {
    const char = source.charCodeAt(at);
    if (char === 10 || char === 0x2028 || char === 0x2029) return at;
  }
  return source.length;
}

function leadingSpace(source: string, from: number, to: number): number {
  let at = from;
  while (at < to && /\s/.test(source[at] ?? '')) at += 1;
  return at - from;
}

function count(source: string, from: number, to: number): number {
  let lines = 0;
  for (let at = source.indexOf('\n', from); at !== -1 && at < to; at = source.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

const decorated = /^#+\s*[-=*~#]{2,}|[-=*~#]{2,}\s*$|^#+\s*\W*optional\W*$/i;
/** "Optional …", "(optional)", "… is optional": not "a host with an optional port". */
const saysOptional = /^#+\W*optional\b(?!-)|\bis optional\b|(?<!\b(?:not|non)[- ])\boptional\s*(?:[)\].,:;—–-]|$)/i;

/** Follows which keys the comments call optional: a note covers the key right below it, a heading all up to a gap. */
class OptionalNote {
  #above = false;
  #heading = false;
  #inComment = false;

  blank(): void {
    this.#above = false;
    this.#heading = false;
    this.#inComment = false;
  }

  comment(text: string): void {
    if (!this.#inComment) this.#above = false;
    this.#inComment = true;
    if (decorated.test(text)) this.blank();
    if (!saysOptional.test(text)) return;
    this.#above = true;
    if (decorated.test(text)) this.#heading = true;
  }

  /** @param beside the comment that ends the key's own line */
  covers(beside: string): boolean {
    const covered = this.#above || this.#heading || saysOptional.test(beside);
    this.#above = false;
    this.#inComment = false;
    return covered;
  }
}
