import { isObject } from './files.ts';

/** A file that a package.json names. */
export interface NamedOutput {
  /** `main`, `exports["./x"].import`, `bin.acme`. */
  field: string;
  /** Relative to the package's folder, without `./`; may hold one `*` or end with `/`. */
  path: string;
}

/** A package with more entries than this is generated; the first ones tell. */
const MAX_OUTPUTS = 300;
const MAX_DEPTH = 10;

/** main, module, types, bin and exports of a package.json, with all conditions and patterns. Pure: never throws. */
export function namedOutputs(entry: Readonly<Record<string, unknown>>): NamedOutput[] {
  const found: NamedOutput[] = [];
  const add = (field: string, target: unknown) => {
    if (typeof target !== 'string' || target === '' || found.length >= MAX_OUTPUTS) return;
    const path = target.replace(/^\.\//, '').slice(0, 300);
    // ./package.json is exported for tools to read; no build makes it.
    if (path !== 'package.json') found.push({ field: field.slice(0, 120), path });
  };
  for (const field of ['main', 'module', 'types', 'typings']) add(field, entry[field]);
  if (isObject(entry.bin)) for (const [name, target] of Object.entries(entry.bin)) add(`bin.${name}`, target);
  else add('bin', entry.bin);
  walkExports(entry.exports, 'exports', 0, add);
  return found;
}

/** Node.js documentation, "Package entry points": strings, conditions, subpaths, fallback lists; null closes a subpath. */
function walkExports(
  value: unknown,
  field: string,
  depth: number,
  add: (field: string, target: unknown) => void,
): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    // Of a fallback list Node takes the first entry that it can read.
    walkExports(
      value.find((item) => item !== null),
      field,
      depth + 1,
      add,
    );
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value).slice(0, MAX_OUTPUTS)) {
      walkExports(item, key.startsWith('.') ? `${field}["${key}"]` : `${field}.${key}`, depth + 1, add);
    }
  } else add(field, value);
}

/** Folders that no one writes by hand. */
const made = /^(dist|dist-\w+|build|out|output|esm|cjs|umd|bundle|bundles|\.output|\.svelte-kit|\.next|\.vercel)$/;

/** What tells which folders of a package a build writes. */
export interface BuildHints {
  script: string;
  /** outDir and declarationDir of its tsconfig files, relative to the package. */
  compilerFolders: readonly string[];
}

/** Whether a file is one that the build makes, by the folder it lies in. */
export function isMade(path: string, { script, compilerFolders }: BuildHints): boolean {
  const [folder, ...rest] = path.split('/');
  if (folder === undefined || rest.length === 0) return false;
  if (made.test(folder) || compilerFolders.includes(folder)) return true;
  const flag = /(?:^|\s)(?:-d|-o|--out|--out-?dir|--outDir|--out-?file|--outfile|--dist)[= ]+["']?(?:\.\/)?([\w.-]+)/g;
  return [...script.matchAll(flag)].some((found) => found[1] === folder);
}

const writesNothing = [
  /^(?:vue-)?tsc\b.*\s--noEmit\b(?!\s+false)/,
  /^(?:svelte-check|astro check|svelte-kit sync|eslint|prettier --check|biome (?:check|lint|ci)|oxlint)\b/,
  /^(?:echo\b|true$|:$|exit 0$)/,
  /^(?:npm|pnpm|yarn)(?: run)? (?:check|check-types|check:types|typecheck|type-check|types:check|lint)$/,
];

/**
 * Whether a build script only checks: `tsc --noEmit`, `svelte-check && eslint .`.
 * @param noEmit the package's tsconfig.json says so itself
 */
export function onlyChecks(script: string, noEmit: boolean): boolean {
  const commands = script
    .slice(0, 2000)
    .split(/&&|\|\||;/)
    .map((command) => command.trim().replace(/^(?:npx|pnpm exec|yarn exec) /, ''))
    .filter((command) => command !== '');
  const plainTsc = /^(?:vue-)?tsc(?:\s+(?:-p|--project)\s+(?:\.|tsconfig\.json))?$/;
  return (
    commands.length > 0 &&
    commands.every((command) => writesNothing.some((one) => one.test(command)) || (noEmit && plainTsc.test(command)))
  );
}

/** A workspace root's script that only runs its packages' own builds. */
export function buildsOthers(script: string): boolean {
  return /\b(?:turbo|nx|lerna|lage|wireit|moon|rush)\b|(?:pnpm|yarn|npm)\b.*(?:\s-r\b|--recursive|--filter|--workspaces?\b|\s-ws?\b|workspaces? (?:foreach|run))/.test(
    script.slice(0, 2000),
  );
}
