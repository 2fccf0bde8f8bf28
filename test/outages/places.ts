import type { Deployment } from '../../fixtures/demo/deployment.ts';
import type { Flip } from '../../fixtures/faults/index.ts';
import type { TcpServer } from '../../fixtures/servers/tcp.ts';
import type { Flips } from './outage.ts';

/** All lines of the database, Redis or the site, when there is no session. */
export const lost = {
  database: (provisioned: Flip, rest: string): Flips => ({
    'database.provisioned': provisioned,
    'database.ssl': `error ${rest}`,
    'database.pool': `error ${rest}`,
  }),
  redis: (provisioned: Flip, rest: string): Flips => ({
    'redis.provisioned': provisioned,
    'redis.password': `error ${rest}`,
    'redis.persistence': `error ${rest}`,
    'redis.memory-limit': `error ${rest}`,
    'redis.eviction': `error ${rest}`,
  }),
  stores: (provisioned: Flip, rest: string): Flips => ({
    ...lost.database(provisioned, rest),
    ...lost.redis(provisioned, rest),
  }),
  site: (rest: string): Flips => ({
    'env.node-env': `error ${rest}`,
    'application.health': `error ${rest}`,
    'auth.https': `error ${rest}`,
    'auth.hsts': `error ${rest}`,
    'auth.cookies': `error ${rest}`,
    'headers.csp': `error ${rest}`,
    'headers.frame-options': `error ${rest}`,
    'headers.content-type-options': `error ${rest}`,
    'headers.xss-protection': `error ${rest}`,
    'headers.referrer-policy': `error ${rest}`,
  }),
};

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

/** site.url with another port; plain HTTP still redirects to the real one. */
export function moveSite({ files, site }: Deployment, port: number): void {
  files.edit('svcheck.yaml', `url: ${site.url}`, `url: https://app.shop.test:${port}`);
}

/** A server that is none of the demo's, for as long as the outage lasts. */
export async function running({ changes }: Deployment, start: () => Promise<TcpServer>): Promise<number> {
  const server = await start();
  changes.add(() => server.stop());
  return server.port;
}
