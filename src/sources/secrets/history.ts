import type { Facts } from '../../facts/index.ts';
import { envTrouble } from '../env/trouble.ts';
import { type Found, type Gathering, known, unreachable } from '../gathering.ts';
import { noRepository, openRepository, type OpenedRepository } from '../git/repository.ts';
import { ask } from '../git/run.ts';
import { Cache, type Remembered } from './cache.ts';
import { searchRepository } from './crew.ts';
import { type Detail, detailsOf } from './details.ts';
import { findingsOf } from './findings.ts';
import { Matcher } from './matcher.ts';
import { ObjectSet } from './objects.ts';
import { placesOf } from './places.ts';
import { rules } from './rules/index.ts';
import { soughtOf } from './sought.ts';
import { objectsFolder, stateOf } from './store.ts';

type History = Facts['secrets.history'];

/** A large history takes its time, once: 2 GB are some seconds. */
export const HISTORY_LIMIT_MS = 10 * 60_000;
/** Beyond it there is no use in more: the repository's history has to be rewritten anyhow. */
const MOST_DETAILS = 20_000;
const NAMED = 20;

/** Searches every object of the repository for secrets; says where in the history each one stands. */
export async function gatherHistory(gathering: Gathering): Promise<Found<History>> {
  const started = performance.now();
  const { target, progress } = gathering;
  const repo = await openRepository(gathering);
  if (!repo) return noRepository(gathering);
  progress('secrets in the history');
  const values = soughtOf(target);
  const folder = await objectsFolder(repo);
  const cache = await Cache.open(folder, values, target, gathering.version);
  const before = await cache?.recall();
  const searched = await search(repo, folder, values, before ?? null, progress);
  if (searched !== before) await cache?.remember(searched);
  const details = await allDetails(repo, values, searched, target.settings.secrets);
  const placed = await placesOf(repo, new Set(details.map(({ object }) => object)));
  const found = await findingsOf(repo, details, placed, target.settings.allow);
  const trouble = envTrouble(target.env);
  // A file of the env that could not be read hides values to search for: then nothing found is no answer.
  if (trouble && found.findings.length === 0) return unreachable(trouble);
  return known(
    {
      commit: repo.commit,
      incomplete: await incompleteness(repo),
      objects: searched.objects,
      bytes: searched.bytes,
      values: new Set(values.map(({ key }) => key)).size,
      formats: rules.length,
      unreadable: searched.unreadable.length,
      unreadableObjects: searched.unreadable.slice(0, NAMED),
      unopened: searched.unopened,
      ...found,
      remembered: before ? (searched === before ? before.objects : before.searched.length / before.nameBytes) : 0,
      seconds: Math.round((performance.now() - started) / 10) / 100,
    },
    `every object of ${repo.folder}`,
  );
}

/** What an earlier audit came to where nothing was added since; else that and what is new. */
async function search(
  repo: OpenedRepository,
  folder: string,
  values: ReturnType<typeof soughtOf>,
  before: Remembered | null,
  progress: (text: string) => void,
): Promise<Remembered> {
  const state = await stateOf(folder);
  // What could not be read may be mended by now.
  if (before?.state === state && before.unreadable.length === 0) return before;
  const nameBytes = (await ask(repo, ['rev-parse', '--show-object-format'])).output.trim() === 'sha256' ? 32 : 20;
  const earlier = new ObjectSet(nameBytes, before?.nameBytes === nameBytes ? before.searched : Buffer.alloc(0));
  const [hits, envFiles] = [new Set(before?.hits), new Set(before?.envFiles)];
  const unreadable: string[] = [];
  const all = new ObjectSet(nameBytes);
  let { objects, bytes, unopened } = {
    objects: earlier.size,
    bytes: before?.bytes ?? 0,
    unopened: before?.unopened ?? 0,
  };
  let told = 0;
  const isKnown = (object: string) => {
    all.add(object);
    return earlier.has(object);
  };
  await searchRepository(repo, values, isKnown, (done) => {
    objects += done.clean + done.notable.length;
    bytes += done.bytes;
    for (const looked of done.notable) {
      if (looked.outcome === 'hit') hits.add(looked.object);
      if (looked.outcome === 'unreadable') unreadable.push(looked.object);
      if (looked.unopened) unopened += 1;
      for (const object of looked.envFiles) envFiles.add(object);
    }
    if (bytes - told < 100e6) return;
    told = bytes;
    progress(`secrets in the history: ${Math.round(bytes / 1e6)} MB searched`);
  });
  const clean = new ObjectSet(nameBytes);
  const names = all.packed;
  // What could not be read is looked at again next time; objects that are gone are forgotten.
  const missing = new Set(unreadable);
  for (let at = 0; at < names.length; at += nameBytes) {
    const object = names.toString('hex', at, at + nameBytes);
    if (!missing.has(object)) clean.add(object);
  }
  const there = (object: string) => all.has(object);
  return {
    state,
    objects,
    bytes,
    hits: [...hits].filter(there),
    unreadable,
    envFiles: [...envFiles].filter(there),
    unopened,
    nameBytes,
    searched: clean.packed,
  };
}

async function allDetails(
  repo: OpenedRepository,
  values: ReturnType<typeof soughtOf>,
  { hits, envFiles }: Remembered,
  names: { keys: string[]; ignore: string[] },
): Promise<Detail[]> {
  const details: Detail[] = [];
  if (hits.length === 0 && envFiles.length === 0) return details;
  const suspects = { hits: new Set(hits), envFiles: new Set(envFiles) };
  for await (const detail of detailsOf(repo, new Matcher(values, rules), suspects, names)) {
    details.push(detail);
    if (details.length >= MOST_DETAILS) break;
  }
  return details;
}

/** What this clone lacks: commits, objects, branches, tags (git-clone(1): --depth, --filter, --single-branch, --no-tags). */
async function incompleteness(repo: OpenedRepository): Promise<History['incomplete']> {
  const { output } = await ask(repo, [
    'config',
    '-z',
    '--get-regexp',
    '^remote\\..*\\.(promisor|partialclonefilter|fetch|tagopt)$',
  ]);
  const settings = output.split('\0').map((entry) => entry.split('\n', 2) as [string, string?]);
  const of = (name: RegExp) => settings.flatMap(([key, value]) => (name.test(key) ? [value ?? ''] : []));
  const fetched = of(/\.fetch$/);
  const wildcard = fetched.some((refspec) => /^\+?refs\/(?:heads\/)?\*(?::|$)/.test(refspec));
  return [
    ...(repo.shallow ? (['shallow'] as const) : []),
    ...(of(/\.(?:promisor|partialclonefilter)$/).some((value) => value !== 'false') ? (['partial'] as const) : []),
    ...(fetched.length > 0 && !wildcard ? (['single-branch'] as const) : []),
    ...(of(/\.tagopt$/).includes('--no-tags') ? (['no-tags'] as const) : []),
  ];
}
