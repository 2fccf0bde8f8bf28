/** Addresses of one script that are taken from it. */
const MOST = 400;

/**
 * What a script imports: every string in it that reads like a script's path. Bundlers write them as plain strings, in
 * import statements, in import() and in lists of what to preload.
 */
export function importsIn(text: string, base: URL): string[] {
  const found = new Set<string>();
  for (const [, path = ''] of text.matchAll(/["'`]((?:\.{1,2}\/|\/(?!\/))?[\w@./~-]{1,300}\.m?js)["'`]/g)) {
    // A bare name is a package, not a path, save in a list of a bundler's own (`_app/immutable/…`).
    if (!/^(?:\.{0,2}\/|_app\/|assets\/)/.test(path)) continue;
    const from = path.startsWith('_app/') || path.startsWith('assets/') ? new URL('/', base) : base;
    if (URL.canParse(path, from.href)) found.add(new URL(path, from).href);
    if (found.size >= MOST) break;
  }
  return [...found];
}

/**
 * The source map of a script (ECMA-426, "Linking generated code to source maps"): its address, or its text where that
 * stands in the script itself; null where there is none.
 */
export function sourceMapOf(
  text: string,
  headers: readonly (readonly [string, string])[],
  base: URL,
): { url: string; inline: null } | { url: null; inline: Buffer } | null {
  const header = headers.find(([name]) => /^(?:x-)?sourcemap$/i.test(name))?.[1];
  const comment = [...text.slice(-LONGEST_COMMENT).matchAll(/[#@]\s*sourceMappingURL=(\S+)/g)].at(-1)?.[1];
  const address = header ?? comment?.replace(/\*\/$/, '');
  if (address === undefined) return null;
  const data = /^data:application\/json[^,]*?(;base64)?,(.*)$/i.exec(address);
  if (data) {
    const [, base64, content = ''] = data;
    return { url: null, inline: base64 ? Buffer.from(content, 'base64') : Buffer.from(decoded(content), 'utf8') };
  }
  return URL.canParse(address, base.href) ? { url: new URL(address, base).href, inline: null } : null;
}

/** An inline map is as long as all of its sources. */
const LONGEST_COMMENT = 8 * 1024 * 1024;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
