import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Target } from '../../config/target.ts';
import { parseNpmrc } from './npmrc.ts';
import { repositoryOf } from './packages.ts';

const MAX_NPMRC = 1024 * 1024;

/**
 * The registry that an audit would ask for advisories, as far as it is known without asking npm: its address, or the
 * words for npm's own configuration; null where there is no lock file to ask about.
 */
export function registryContact(target: Target): string | null {
  const { registry, artifact } = target.settings;
  const folders = [repositoryOf(target), ...(artifact === undefined ? [] : [resolve(target.base, artifact)])];
  const locks = ['pnpm-lock.yaml', 'npm-shrinkwrap.json', 'package-lock.json'];
  if (!folders.some((folder) => locks.some((lock) => existsSync(join(folder, lock))))) return null;
  return registry?.url ?? fromNpmrc(join(repositoryOf(target), '.npmrc')) ?? "the registry of npm's configuration";
}

function fromNpmrc(path: string): string | null {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= MAX_NPMRC ? parseNpmrc(readFileSync(path, 'utf8')).registry : null;
  } catch {
    return null; // the look itself says what is wrong with it
  }
}
