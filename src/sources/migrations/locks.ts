/** A statement of a migration that locks a table. */
export interface Lock {
  /** 1-based. */
  line: number;
  what: string;
}

const MAX_LOCKS = 50;
const name = String.raw`((?:"(?:[^"]|"")+"|[\w$]+)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[\w$]+))?)`;
const createTable = new RegExp(
  String.raw`^create\s+(?:(?:unlogged|temp|temporary)\s+)*table\s+(?:if\s+not\s+exists\s+)?${name}`,
  'i',
);
const createIndex = new RegExp(
  String.raw`^create\s+(?:unique\s+)?index\s+(concurrently\s+)?(?:(?!on\b)(?:if\s+not\s+exists\s+)?${name}\s+)?on\s+(?:only\s+)?${name}`,
  'i',
);
const alterTable = new RegExp(String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${name}\s+([\s\S]*)$`, 'i');

/**
 * Statements that hold a lock on a table with rows in it for as long as it is read or written whole (documentation, "ALTER TABLE", "CREATE
 * INDEX"). Tables that the same file creates have no rows yet. By words, not by a parser: what is not one of the usual forms is passed over.
 */
export function locksOf(sql: string): Lock[] {
  const created = new Set<string>();
  const locks: Lock[] = [];
  for (const { text, line } of statementsOf(sql)) {
    const table = createTable.exec(text)?.[1];
    if (table !== undefined) created.add(plain(table));
    for (const what of lockOf(text, created)) locks.push({ line, what: what.slice(0, 200) });
    if (locks.length >= MAX_LOCKS) break;
  }
  return locks.slice(0, MAX_LOCKS);
}

const plain = (table: string) =>
  table
    .replace(/^"?public"?\s*\.\s*/i, '')
    .replaceAll('"', '')
    .toLowerCase();

function lockOf(text: string, created: ReadonlySet<string>): string[] {
  const index = createIndex.exec(text);
  if (index) {
    const on = index[3] ?? '';
    return index[1] || created.has(plain(on)) ? [] : [`an index on ${on} is built without CONCURRENTLY`];
  }
  const alter = alterTable.exec(text);
  const table = alter?.[1] ?? '';
  if (!alter || created.has(plain(table))) return [];
  return actionsOf(alter[2] ?? '').flatMap((action) => {
    const column = /^(?:add|alter)\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?("(?:[^"]|"")+"|[\w$]+)/i.exec(action)?.[1];
    const of = `${column} of ${table}`;
    if (/^alter\b.*\b(?:set\s+data\s+)?type\s/is.test(action)) return [`the type of ${of} is changed`];
    if (/^alter\b.*\bset\s+not\s+null/is.test(action)) return [`${of} is set NOT NULL`];
    if (/^add\b/i.test(action) && /\breferences\b/i.test(action) && /^add\s+(constraint|foreign)\b/i.test(action)) {
      return /\bnot\s+valid\b/i.test(action) ? [] : [`a foreign key of ${table} is added without NOT VALID`];
    }
    if (/^add\s+(?:constraint|primary|unique|check|exclude|foreign)\b/i.test(action)) return [];
    const bare = /\bnot\s+null\b/i.test(action) && !/\b(?:default|generated|(?:small|big)?serial)\b/i.test(action);
    return /^add\b/i.test(action) && bare ? [`${of} is added NOT NULL without a default`] : [];
  });
}

/** The actions of one ALTER TABLE: what stands between the commas that are in no parentheses. */
function actionsOf(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part].map((one) => one.trim());
}

/** What the text of a statement is not: comments, strings, dollar-quoted bodies (documentation, "Lexical Structure"). */
const notCode =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\b[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/g;

function statementsOf(sql: string): { text: string; line: number }[] {
  const code = sql.replace(notCode, (part) => part.replace(/[^\n]/g, ' '));
  let at = 0;
  return code.split(';').map((part) => {
    const start = at + (part.length - part.trimStart().length);
    at += part.length + 1;
    return { text: part.trim(), line: code.slice(0, start).split('\n').length };
  });
}
