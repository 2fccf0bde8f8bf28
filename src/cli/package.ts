import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Package {
  /** The folder that holds svcheck's package.json: of a checkout or of an installed package. */
  root: string;
  version: string;
}

let found: Package | undefined;

/** svcheck's own package: the nearest package.json above this file that has its name. */
export function ownPackage(): Package {
  for (let folder = import.meta.dirname; !found; folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      if (name === 'svcheck' && typeof version === 'string') found = { root: folder, version };
    } catch {
      if (folder === dirname(folder)) throw new Error('svcheck’s own package.json is missing: install it again');
    }
  }
  return found;
}
