import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import type { BuiltPackage } from '../../facts/workspace.ts';
import { type Application, applicationOf } from './applications.ts';
import { type BuildRecord, parseBuildRecord } from './build-record.ts';
import { readText } from './files.ts';
import { extreme, lateSources } from './freshness.ts';
import { namedOutputs, buildsOthers, isMade, onlyChecks } from './outputs.ts';
import type { Workspace, WorkspacePackage } from './packages.ts';
import { locate } from './locate.ts';
import { type Budget, type FileAt, isCode, isElsewhere, isSource, timeOf, walk } from './walk.ts';

/** Configuration is searched by regular expressions: no more than this of it. */
const MAX_CONFIG = 32 * 1024;
const MAX_RECORD = 32 * 1024 * 1024;
const LISTED = 10;

type Output = BuiltPackage['outputs'][number];

/**
 * What one package's build should have made, what is there, and which is older.
 * @param apart folders of the repository that hold no sources, relative to it: what is deployed
 */
export async function lookAtPackage(
  workspace: Workspace,
  { folder, manifest }: WorkspacePackage,
  apart: readonly string[],
  budget: Budget,
): Promise<BuiltPackage> {
  const root = join(workspace.root, folder);
  const script = manifest.scripts.build ?? '';
  const names = new Set(await readdir(root).catch((): string[] => []));
  const { noEmit, folders } = await compilerSettings(root, names);
  const config = await configText(root, names);
  const application = applicationOf(manifest, { config, has: (path) => names.has(path) });
  const hints = { script, compilerFolders: folders };
  const wanted = application
    ? application.outputs.map(({ field, anyOf }) => ({ field, anyOf }))
    : namedOutputs(manifest.entry).map(({ field, path }) => ({ field, anyOf: [path] }));
  if (wanted.length === 0 && !application) wanted.push(...startScript(manifest.scripts.start));
  const found = await Promise.all(wanted.map((one) => locate(workspace.root, root, one, budget)));
  const outputs = found.map(({ field, path, at }): Output & { at: FileAt | null } => {
    const built = application !== null || isMade(path, hints) || standsBeside(path, names);
    return { field, path, at, state: at === null ? 'missing' : built ? 'built' : 'source' };
  });
  const isRoot = folder === '.' && workspace.packages.length > 1 && outputs.length === 0 && buildsOthers(script);
  const kind = isRoot ? 'root' : application ? 'application' : 'library';
  const others = new Set([...workspace.packages.map((one) => one.folder), ...apart].filter((one) => one !== folder));
  const made = (path: string) => isMade(path, hints);
  const sources = isRoot ? [] : await sourcesOf(root, folder, names, application, others, made, budget);
  const typeCheckOnly = onlyChecks(script, noEmit);
  return {
    name: manifest.name ?? basename(root),
    folder,
    build: script.slice(0, 200),
    kind,
    framework: application?.framework ?? null,
    typeCheckOnly,
    unknown: kind === 'root' || typeCheckOnly ? null : unknownOf(application, outputs, manifest.name ?? folder),
    outputs: shown(outputs),
    ...(await compare(root, sources, outputs, application, budget)),
  };
}

/** `index.js` or `index.d.ts` beside the `index.ts` that it was compiled from, at the package's top. */
function standsBeside(path: string, names: ReadonlySet<string>): boolean {
  const stem = path.replace(/(?:\.d)?\.[cm]?[jt]s$/, '');
  return ['.ts', '.mts', '.cts', '.tsx'].some((ending) => stem + ending !== path && names.has(stem + ending));
}

/** The missing ones first: a package with hundreds of entries need not have them all in the report. */
const shown = (outputs: readonly Output[]): Output[] =>
  [...outputs.filter(({ state }) => state === 'missing'), ...outputs.filter(({ state }) => state !== 'missing')]
    .slice(0, 50)
    .map(({ field, path, state }) => ({ field, path, state }));

function unknownOf(application: Application | null, outputs: readonly Output[], name: string): string | null {
  if (application) return application.unknown;
  return outputs.length === 0 ? `the package.json of ${name} names no output` : null;
}

/** `node dist/server.js`: what an application without main or exports is started from. */
function startScript(start: string | undefined): { field: string; anyOf: string[] }[] {
  const file = /^node (?:--[\w-]+(?:=\S+)? )*(?:\.\/)?([\w./-]+\.[cm]?js)\b/.exec(start ?? '')?.[1];
  return file ? [{ field: 'scripts.start', anyOf: [file] }] : [];
}

async function compare(
  root: string,
  sources: readonly FileAt[],
  outputs: readonly (Output & { at: FileAt | null })[],
  application: Application | null,
  budget: Budget,
) {
  const named = outputs.flatMap(({ state, at }) => (state === 'built' && at ? [at] : []));
  const folders = new Set(
    application ? [] : named.map(({ path }) => path.split('/')[0] ?? '').filter((one) => one !== ''),
  );
  const all = (await Promise.all([...folders].map((folder) => walk(root, folder, budget, () => true)))).flat();
  const late = lateSources(sources, named, all);
  const both = [...sources, ...named];
  const newest = extreme(both, (a, b) => a.ms > b.ms);
  const oldest = extreme(both, (a, b) => a.ms < b.ms);
  return {
    sources: sources.length,
    newestSource: timed(extreme(sources, (a, b) => a.ms > b.ms)),
    oldestOutput: timed(extreme(named, (a, b) => a.ms < b.ms)),
    late: {
      count: late.length,
      first: late.slice(0, LISTED).map(({ source, output }) => ({ source: stamp(source), output: stamp(output) })),
    },
    spanMs: newest && oldest ? Math.round(newest.ms - oldest.ms) : 0,
    files: both.length,
    record: named.length > 0 ? await recordOf(root, sources, named) : null,
  };
}

const stamp = ({ path, ms }: FileAt) => ({ path, at: new Date(ms).toISOString() });
const timed = (file: FileAt | null) => (file ? stamp(file) : null);

async function sourcesOf(
  root: string,
  folder: string,
  names: ReadonlySet<string>,
  application: Application | null,
  others: ReadonlySet<string>,
  made: (path: string) => boolean,
  budget: Budget,
): Promise<FileAt[]> {
  const mine = (path: string) => !others.has(folder === '.' ? path : `${folder}/${path}`);
  const assets = (application?.assets ?? []).filter((one) => names.has(one));
  const starts = names.has('src') ? ['src', ...assets] : [];
  if (starts.length === 0) {
    const enter = (path: string) => mine(path) && !isElsewhere(path) && !made(`${path}/x`);
    const files = await walk(root, '.', budget, (path) => isCode(path) && !made(path), enter);
    const paths = new Set(files.map(({ path }) => path));
    // A compiler that writes beside its sources makes files that look like sources.
    return files.filter(({ path }) => !/\.[cm]?js$/.test(path) || !standsBeside(path, paths));
  }
  return (await Promise.all(starts.map((start) => walk(root, start, budget, isSource, mine)))).flat();
}

/** outDir, declarationDir and noEmit of the package's own tsconfig files; what they extend is not read. */
async function compilerSettings(root: string, names: ReadonlySet<string>) {
  const files = [...names].filter((name) => /^tsconfig(?:\.[\w-]+)?\.json$/.test(name)).slice(0, 10);
  const texts = await Promise.all(files.map((name) => head(join(root, name))));
  const folders = texts.flatMap((text) =>
    [...text.matchAll(/"(?:outDir|declarationDir)"\s*:\s*"(?:\.\/)?([\w.-]+)/g)].map((found) => found[1] ?? ''),
  );
  const own = texts[files.indexOf('tsconfig.json')] ?? '';
  return { noEmit: /"noEmit"\s*:\s*true/.test(own), folders: folders.filter((one) => !/^(?:\.{0,2}|src)$/.test(one)) };
}

async function configText(root: string, names: ReadonlySet<string>): Promise<string> {
  const files = [...names].filter((name) => /^(?:svelte|vite|next|nuxt|astro)\.config\.[cm]?[jt]s$/.test(name)).sort();
  return (await Promise.all(files.map((name) => head(join(root, name))))).join('\n');
}

const head = async (path: string): Promise<string> => ((await readText(path, 1024 * 1024)) ?? '').slice(0, MAX_CONFIG);

/** The first .tsbuildinfo of the package that binds all its named outputs to all its sources. */
async function recordOf(root: string, sources: readonly FileAt[], named: readonly FileAt[]) {
  const top = await readdir(root).catch((): string[] => []);
  const outs = [...new Set(named.map(({ path }) => posix.dirname(path)))].filter((one) => one !== '.').slice(0, 20);
  const nested = await Promise.all(
    outs.map(async (folder) =>
      (await readdir(join(root, folder)).catch((): string[] => [])).map((name) => `${folder}/${name}`),
    ),
  );
  for (const file of [...top, ...nested.flat()].filter((name) => name.endsWith('.tsbuildinfo'))) {
    const text = await readText(join(root, file), MAX_RECORD).catch(() => null);
    const record = text === null ? null : parseBuildRecord(text);
    const changed = record && (await changedSince(root, file, record, sources, named));
    if (changed) return { file, changed: changed.slice(0, LISTED) };
  }
  return null;
}

/** The sources whose digest is not the recorded one; null where the record does not speak of them all. */
async function changedSince(
  root: string,
  file: string,
  record: BuildRecord,
  sources: readonly FileAt[],
  named: readonly FileAt[],
): Promise<string[] | null> {
  const base = dirname(join(root, file));
  const out = resolve(base, record.outDir);
  const inside = ({ path }: FileAt) => join(root, path).startsWith(out + sep);
  if (out === resolve(root) || !named.every(inside)) return null;
  if (record.declarationsOnly && !named.every(({ path }) => /\.d\.[cm]?ts$/.test(path))) return null;
  const digests = new Map([...record.digests].map(([path, digest]) => [resolve(base, path), digest]));
  const changed: string[] = [];
  for (const { path } of sources) {
    const digest = digests.get(join(root, path));
    if (digest === undefined) return null;
    const bytes = await readFile(join(root, path)).catch(() => null);
    if (bytes === null || createHash('sha256').update(withoutMark(bytes)).digest('hex') !== digest) changed.push(path);
  }
  const there = new Set(sources.map(({ path }) => join(root, path)));
  for (const path of digests.keys()) {
    // A source that was there at the build and is gone.
    const own = relative(root, path);
    if (own.startsWith(`src${sep}`) && isSource(own) && !there.has(path) && !(await timeOf(root, own)))
      changed.push(own);
  }
  return changed;
}

/** TypeScript takes its digest of the text without a byte order mark. */
const withoutMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
