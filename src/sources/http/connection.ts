import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../../facts/connection.ts';
import type { Cause } from '../../facts/index.ts';
import { resolveHost } from '../dns/resolve.ts';
import { type Found, type Gathering, known, LookFailed, passOn, unreachable } from '../gathering.ts';
import { hostOf, portOf } from './connect.ts';
import { UnreadableAnswer } from './failure.ts';
import { proxyFor } from './proxy.ts';
import { ACCEPT_PAGE, addressFor, asGet, askSite, noSite, type Site, siteOf } from './site.ts';

/** As often as the engine repeats a look for a transient fault. */
const RETRIES = 2;
const BACKOFF_MS = 250;

const outcomes: Partial<Record<Cause, Connection['outcome']>> = {
  refused: 'refused',
  reset: 'reset',
  timeout: 'timeout',
  tls: 'tls',
  dns: 'dns',
  auth: 'auth',
  'wrong-protocol': 'wrong-protocol',
  'not-permitted': 'refused',
};

/** The first request to the site, for whether it answers at all; a certificate that does not verify still answers. */
export async function gatherConnection(gathering: Gathering): Promise<Found<Connection>> {
  const site = siteOf(gathering);
  if (!site) return noSite();
  const { url } = site;
  const base = { host: hostOf(url), port: portOf(url) };
  // Shorter than the engine's own limit, so that a silence is an outcome here.
  const timeoutMs = Math.round(gathering.timeoutMs * 0.8);
  for (let tried = 0; ; tried += 1) {
    try {
      const { ms } = await askSite(gathering, url, { accept: ACCEPT_PAGE, maxBytes: 1, timeoutMs });
      return known({ ...base, outcome: 'ok', detail: '', roundTripMs: Math.round(ms) }, asGet(url));
    } catch (error) {
      if (!(error instanceof LookFailed)) throw error;
      const { cause, because, transient } = error.outcome;
      if (transient === true && tried < RETRIES && !gathering.signal.aborted) {
        await pause(BACKOFF_MS * 2 ** tried);
        continue;
      }
      const again = tried > 0 ? `, ${tried + 1} times` : '';
      // It is reached all the same: the looks that need the answer say what is wrong with it.
      if (error instanceof UnreadableAnswer) {
        return known({ ...base, outcome: 'ok', detail: because, roundTripMs: null }, asGet(url));
      }
      const outcome = cause === 'dns' && (await isMissingName(gathering, site)) ? 'nxdomain' : outcomes[cause];
      if (!outcome) throw error;
      return known({ ...base, outcome, detail: because + again, roundTripMs: null }, asGet(url));
    }
  }
}

/** A name that does not exist, or has no address, is a fact of its own beside a resolver that fails. */
async function isMissingName(gathering: Gathering, { url }: Site): Promise<boolean> {
  const way = proxyFor(url, gathering.target.settings.site.proxy);
  if (addressFor(gathering, url) || (way && !way.bypass(url))) return false;
  const { outcome } = await resolveHost(gathering, hostOf(url));
  return outcome === 'nxdomain' || outcome === 'nodata';
}

const fixes: Record<Exclude<Connection['outcome'], 'ok'>, string> = {
  refused: 'see that the site runs, and that site.url names its address and port',
  auth: 'give the proxy of site.proxy or HTTPS_PROXY its name and password',
  'wrong-protocol': 'see what listens on the port of site.url',
  nxdomain: 'see the DNS record of the host in site.url',
  timeout: 'see whether a firewall drops packets from here, or give --timeout more',
  dns: 'see the resolver, or name another in dns.servers',
  tls: 'see the TLS settings of the server, by openssl s_client -connect',
  reset: 'see the log of the server or of the proxy before it',
};

const causeFor = (outcome: Exclude<Connection['outcome'], 'ok'>): Cause => (outcome === 'nxdomain' ? 'dns' : outcome);

/** Looks at the site where it answers; else hands on why it does not. */
export async function whenReached<T>(gathering: Gathering, look: (site: Site) => Promise<Found<T>>): Promise<Found<T>> {
  const connection = await gathering.fact('http.connection');
  if (connection.state !== 'known') return passOn(connection);
  const { outcome, detail, host, port } = connection.value;
  const site = siteOf(gathering);
  if (!site) return noSite();
  if (outcome === 'ok') return look(site);
  return unreachable({
    cause: causeFor(outcome),
    because: `${host}:${port}: ${detail}`,
    fix: fixes[outcome],
    where: connection.where,
  });
}
