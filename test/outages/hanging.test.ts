import { allOf, siteLost } from '../../fixtures/faults/lines.ts';
import { startBlackhole, startSilent } from '../../fixtures/servers/tcp.ts';
import { describeOutages, hanging } from './outage.ts';
import { moveSite, readdressBoth, running, storesLost, withPort } from './places.ts';

/** What stands in front of the site tells by its answers. */
const edges = { 'network.waf': 'error timeout', 'network.ddos': 'error timeout' } as const;

/** Each line that waits is cut by its own limit; the others are decided all the same. */
describeOutages(
  [
    {
      name: 'black holes: nobody accepts the connections to PostgreSQL, Redis and the site',
      flips: { ...storesLost('error timeout', 'error timeout'), ...siteLost('error timeout'), ...edges },
      plant: async (shop) => {
        const port = await running(shop, startBlackhole);
        readdressBoth(shop, withPort(port));
        moveSite(shop, port);
      },
    },
    {
      name: 'PostgreSQL, Redis and the site accept and say nothing',
      flips: { ...storesLost('error timeout', 'error timeout'), ...siteLost('error timeout'), ...edges },
      plant: async (shop) => {
        const port = await running(shop, startSilent);
        readdressBoth(shop, withPort(port));
        moveSite(shop, port);
      },
    },
    {
      name: 'the name server is silent about the stores, and bodies of the site drip',
      // The site's head, certificate and redirects are there; what its bodies would say is not.
      flips: {
        ...storesLost('error dns', 'error dns'),
        ...allOf('site', 'error timeout'),
        ...allOf('assets', 'error timeout'),
      },
      plant: ({ zone, site }) => {
        zone.behave('db.shop.test', 'drop');
        zone.behave('redis.shop.test', 'drop');
        site.tamper((_answer, _request, response) => {
          response.writeHead(200, { 'content-type': 'text/html' });
          const timer = setInterval(() => response.write('<'), 100);
          response.on('close', () => clearInterval(timer));
          return null;
        });
      },
    },
    {
      name: 'heads of the site drip',
      flips: { ...siteLost('error timeout'), ...edges, 'auth.https': 'error wrong-protocol' },
      plant: ({ site }) => {
        site.tamper((_answer, _request, { socket }) => {
          const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Filler: ';
          let at = 0;
          const timer = setInterval(() => socket?.write(head[at++] ?? 'x'), 100);
          socket?.on('close', () => clearInterval(timer));
          return null;
        });
      },
    },
  ],
  hanging,
);
