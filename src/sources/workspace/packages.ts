import { join, resolve } from 'node:path';
import type { Target } from '../../config/target.ts';
import { lineOf } from '../errors.ts';
import { LookFailed } from '../gathering.ts';
import { isObject, readText } from './files.ts';
import { foldersMatching } from './globs.ts';
import { type Manifest, readManifest } from './manifest.ts';

export interface WorkspacePackage {
  /** Relative to the workspace's root, with `/`; `.` is the root. */
  folder: string;
  manifest: Manifest;
}

export interface Workspace {
  root: string;
  manager: 'pnpm' | 'npm' | 'yarn' | 'none';
  packages: readonly WorkspacePackage[];
  truncated: boolean;
}

const MAX_PACKAGES = 2000;

export const repositoryOf = (target: Target): string => resolve(target.base, target.settings.repository);

/** The packages of a pnpm, npm or yarn workspace, or the one package; null where there is no package.json. */
export async function readWorkspace(root: string): Promise<Workspace | null> {
  const manifest = await readManifest(root);
  if (!manifest) return null;
  const pnpm = await pnpmPatterns(join(root, 'pnpm-workspace.yaml'));
  const patterns = pnpm ?? manifest.workspaces;
  const first: WorkspacePackage = { folder: '.', manifest };
  if (!patterns) return { root, manager: 'none', packages: [first], truncated: false };
  const found = await foldersMatching(root, patterns);
  const packages = [first];
  for (const folder of found.folders.slice(0, MAX_PACKAGES)) {
    const member = await readManifest(join(root, folder));
    if (member) packages.push({ folder, manifest: member });
  }
  const yarn = (await readText(join(root, 'yarn.lock'))) !== null;
  return {
    root,
    manager: pnpm ? 'pnpm' : yarn ? 'yarn' : 'npm',
    packages,
    truncated: found.truncated || found.folders.length > MAX_PACKAGES,
  };
}

/** The `packages` of pnpm-workspace.yaml; null without the file, or where it holds settings only. */
async function pnpmPatterns(path: string): Promise<string[] | null> {
  const text = await readText(path, 1024 * 1024);
  if (text === null) return null;
  const { load } = await import('js-yaml');
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    throw new LookFailed({
      cause: 'malformed',
      because: `pnpm-workspace.yaml is no YAML: ${lineOf(error)}`,
      fix: 'correct it',
      where: path,
    });
  }
  const list: unknown = isObject(value) ? value.packages : null;
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : null;
}
