import { mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach } from 'vitest';
import { type Folder, temporaryFolder } from '../../fixtures/servers/folder.ts';

const folders: Folder[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove();
});

/** A folder with these files, removed after the test; objects are written as JSON. */
export function tree(files: Readonly<Record<string, string | Uint8Array | object>> = {}): Folder {
  const folder = temporaryFolder('tree');
  folders.push(folder);
  write(folder, files);
  return folder;
}

export function write(folder: Folder, files: Readonly<Record<string, string | Uint8Array | object>>): void {
  const texts = Object.entries(files).map(([name, content]): [string, string | Uint8Array] => [
    name,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  ]);
  folder.write(Object.fromEntries(texts));
}

/** Sets when files were last written: minutes after a fixed moment. */
export function at(folder: Folder, minutes: number, ...paths: string[]): void {
  const time = new Date(Date.UTC(2026, 10, 1, 12, minutes));
  for (const path of paths) utimesSync(join(folder.path, path), time, time);
}

/** An installed package in npm's layout: its own folder with a package.json. */
export function install(folder: Folder, at: string, name: string, version: string): void {
  write(folder, { [`${at}/package.json`]: { name, version } });
}

/** A symbolic link as pnpm makes it, relative. */
export function link(folder: Folder, from: string, to: string): void {
  const path = join(folder.path, from);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(relative(dirname(path), join(folder.path, to)) || '.', path);
}
