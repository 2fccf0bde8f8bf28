import { createRequire } from 'node:module';

/** From package.json, one folder above both src/cli's parent and dist. */
export function version(): string {
  const require = createRequire(import.meta.url);
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const found: unknown = require(place);
      if (typeof found === 'object' && found && 'version' in found && 'name' in found && found.name === 'svcheck') {
        return String(found.version);
      }
    } catch {
      // the other place then
    }
  }
  return '0.0.0';
}
