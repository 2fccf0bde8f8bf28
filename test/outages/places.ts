import type { Deployment } from '../../fixtures/demo/deployment.ts';
import type { Flip } from '../../fixtures/faults/index.ts';
import { databaseLost, type Flips, redisLost } from '../../fixtures/faults/lines.ts';
import type { TcpServer } from '../../fixtures/servers/tcp.ts';

export const storesLost = (provisioned: Flip, rest: Flip): Flips => ({
  ...databaseLost(provisioned, rest),
  ...redisLost(provisioned, rest),
});

const keys = { database: 'DATABASE_URL', redis: 'REDIS_URL' } as const;
export type Store = keyof typeof keys;

/** Changes the address of a store in the env under audit. */
function readdress(shop: Deployment, store: Store, change: (url: URL) => string): void {
  shop.files.env(keys[store], change(new URL(store === 'database' ? shop.database.url : shop.cache.url)));
}

export function readdressBoth(shop: Deployment, change: (url: URL) => string): void {
  readdress(shop, 'database', change);
  readdress(shop, 'redis', change);
}

export const withPort = (port: number) => (url: URL) => {
  url.port = `${port}`;
  return url.href;
};

/** site.url with another port, which the e-mail provider knows; plain HTTP still redirects to the real one. */
export function moveSite({ files, site, brevo, changes }: Deployment, port: number): void {
  const moved = `https://app.shop.test:${port}`;
  files.edit('svcheck.yaml', `url: ${site.url}`, `url: ${moved}`);
  const { webhooks } = brevo.account;
  changes.add(() => Object.assign(brevo.account, { webhooks }));
  brevo.account.webhooks = webhooks.map((one) => ({ ...one, url: one.url.replace(site.url, moved) }));
}

/** A server that is none of the demo's, for as long as the outage lasts. */
export async function running({ changes }: Deployment, start: () => Promise<TcpServer>): Promise<number> {
  const server = await start();
  changes.add(() => server.stop());
  return server.port;
}
