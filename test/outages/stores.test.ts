import { certificateFor } from '../../fixtures/demo/certificates.ts';
import { allOf, databaseLost, redisLost, redisUnverified } from '../../fixtures/faults/lines.ts';
import { createAuthority } from '../../fixtures/servers/certificates.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { startGarbage, startReset } from '../../fixtures/servers/tcp.ts';
import { describeOutages } from './outage.ts';
import { readdressBoth, running, storesLost, withPort } from './places.ts';

/** A terminal would clear its screen and change its title. */
const hostile = '\u001b[2J\u001b]0;owned\u0007\u009b31m\r\n\u202e';

/** PostgreSQL and Redis have the same trouble at once. */
describeOutages([
  {
    name: 'addresses that are none',
    flips: {
      'env.database-url': 'fail unparsable',
      'env.redis-url': 'fail unparsable',
      ...storesLost('error malformed', 'error malformed'),
      ...allOf('databaseName', 'error malformed'),
    },
    plant: (shop) => readdressBoth(shop, ({ protocol }) => `${protocol}//user:p%ss@[half`),
  },
  {
    name: 'addresses of another scheme',
    flips: {
      'env.database-url': 'fail wrong-scheme',
      'env.redis-url': 'fail wrong-scheme',
      ...storesLost('error malformed', 'error malformed'),
      ...allOf('databaseName', 'error malformed'),
    },
    plant: (shop) => readdressBoth(shop, ({ href }) => href.replace(/^\w+:/, 'mysql:')),
  },
  {
    name: 'hosts that do not exist',
    flips: storesLost('fail nxdomain', 'error dns'),
    plant: ({ zone }) => {
      zone.set('db.shop.test', null);
      zone.set('redis.shop.test', null);
    },
  },
  {
    name: 'refused connections',
    flips: storesLost('fail refused', 'error refused'),
    plant: async (shop) => readdressBoth(shop, withPort(await freePort())),
  },
  {
    name: 'connections that are reset',
    flips: storesLost('error reset', 'error reset'),
    plant: async (shop) => readdressBoth(shop, withPort(await running(shop, startReset))),
  },
  {
    name: 'an HTTP server',
    flips: storesLost('fail wrong-protocol', 'error wrong-protocol'),
    plant: (shop) => readdressBoth(shop, withPort(shop.site.plainPort)),
  },
  {
    name: 'a server that sends escapes',
    flips: storesLost('fail wrong-protocol', 'error wrong-protocol'),
    plant: async (shop) => readdressBoth(shop, withPort(await running(shop, () => startGarbage(hostile)))),
  },
  {
    name: 'a server that sends 15 MB at once',
    flips: storesLost('fail wrong-protocol', 'error wrong-protocol'),
    plant: async (shop) => {
      const port = await running(shop, () => startGarbage('\u001b[31m'.repeat(3_000_000)));
      readdressBoth(shop, withPort(port));
    },
  },
  {
    name: 'wrong passwords',
    flips: {
      'database.provisioned': 'fail refused-credentials',
      ...allOf('database', 'error auth'),
      ...redisLost('fail auth', 'error auth'),
    },
    plant: (shop) =>
      readdressBoth(shop, (url) => {
        url.password = 'a-wrong-one-with-32-characters-x';
        return url.href;
      }),
  },
  {
    name: 'TLS of an authority that nobody knows',
    flips: {
      ...databaseLost('error tls', 'error tls'),
      ...redisUnverified,
    },
    plant: async ({ database, cache }) => {
      const stranger = await createAuthority();
      await database.present(certificateFor(stranger, 'database'));
      await cache.present(certificateFor(stranger, 'redis'));
    },
  },
]);
