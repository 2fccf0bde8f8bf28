import type { Deployment } from '../../fixtures/demo/deployment.ts';

/** Every secret of the demo in every form in which it may be echoed, by what it is. */
export function canaries({ secrets, vault, database, cache }: Deployment): Map<string, string> {
  const all = { ...secrets, backupKey: vault.identity, databaseUrl: database.url, redisUrl: cache.url };
  const found = new Map<string, string>();
  for (const [name, secret] of Object.entries(all)) {
    const bytes = Buffer.from(secret);
    found.set(secret, name);
    found.set(encodeURIComponent(secret), `${name}, for an address`);
    found.set(bytes.toString('hex'), `${name} in hexadecimal`);
    // Whatever stands before it in the text that was encoded: at two of the three offsets its ends are not certain.
    for (const offset of [0, 1, 2]) {
      const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
      found.set(
        text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)),
        `${name} in base64`,
      );
    }
  }
  return found;
}

/** The secrets that a text holds, by name. */
export function leaks(shop: Deployment, text: string): string[] {
  return [...canaries(shop)].flatMap(([form, name]) => (text.includes(form) ? [name] : []));
}
