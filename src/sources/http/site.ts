import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { lineOf } from '../errors.ts';
import { siteAddress } from '../env/values.ts';
import { absent, type Found, type Gathering, LookFailed } from '../gathering.ts';
import { hostOf, portOf } from './connect.ts';
import { type Answer, printable, request } from './request.ts';

export interface Site {
  url: URL;
  /** The setting or the key of the env that names it. */
  from: string;
}

/** The site under audit; null where nothing names one. Throws LookFailed for an address that is none. */
export function siteOf({ target }: Gathering): Site | null {
  const address = siteAddress(target);
  if (!address) return null;
  const url = URL.canParse(address.url) ? new URL(address.url) : null;
  if (url && /^https?:$/.test(url.protocol)) return { url, from: address.from };
  throw new LookFailed({
    cause: 'malformed',
    because: `${address.from} is no address of a site`,
    fix: `write ${address.from} as https://app.example.com`,
    where: address.from,
  });
}

export const noSite = (): Found<never> => absent('no address of the site is known', 'site.url');

export interface SiteRequest {
  method?: 'GET' | 'HEAD' | 'OPTIONS';
  accept?: string;
  headers?: Readonly<Record<string, string>>;
  maxBytes?: number;
  timeoutMs?: number;
}

/** What a browser asks a page with (Fetch Standard, "Accept"): frameworks answer errors by it, as HTML or as JSON. */
export const ACCEPT_PAGE = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/**
 * One request to the site, or to a health endpoint elsewhere, under the settings of `site`. It is looked at whatever its
 * certificate; what site.headers holds goes to the site's own origin only, and only where the certificate verifies.
 */
export async function askSite(gathering: Gathering, url: URL, asked: SiteRequest = {}): Promise<Answer> {
  const { ca, proxy, headers } = gathering.target.settings.site;
  const own = siteOf(gathering)?.url.origin === url.origin;
  const address = addressFor(gathering, url);
  const secret = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()] as const);
  const identity = own ? await identityOf(gathering) : undefined;
  return request(gathering, url.href, {
    method: asked.method ?? 'GET',
    headers: { ...(asked.accept ? { accept: asked.accept } : {}), ...asked.headers },
    secretHeaders: own ? Object.fromEntries(secret) : {},
    ...(address ? { resolve: { [hostOf(url)]: address } } : {}),
    verify: 'look-anyway',
    ca,
    proxy,
    identity,
    ...(asked.maxBytes === undefined ? {} : { maxBytes: asked.maxBytes }),
    ...(asked.timeoutMs === undefined ? {} : { timeoutMs: asked.timeoutMs }),
  });
}

/**
 * Where site.resolve sends a name: the site's own port goes to the port given there, any other one (plain HTTP on 80)
 * stays as it is on that address. `host:port` as a key is taken as it stands.
 */
export function addressFor(gathering: Gathering, url: URL): string | undefined {
  const { resolve: addresses } = gathering.target.settings.site;
  const host = hostOf(url);
  const exact = addresses[`${host}:${portOf(url)}`];
  const given = exact ?? addresses[host];
  const site = siteOf(gathering);
  if (given === undefined || exact !== undefined || !site || portOf(site.url) === portOf(url)) return given;
  return `${given.slice(0, given.lastIndexOf(':'))}:${portOf(url)}`;
}

/** The client's certificate and key for mutual TLS, read once. */
async function identityOf(gathering: Gathering): Promise<{ cert: string; key: string } | undefined> {
  const { cert, key } = gathering.target.settings.site;
  if (cert === undefined && key === undefined) return undefined;
  const read = async (setting: string, file: string | undefined): Promise<string> => {
    try {
      if (file === undefined) throw new Error('it is not set, although the other one is');
      return await readFile(resolve(gathering.target.base, file), 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : lineOf(error);
      throw new LookFailed({
        cause: code === 'EACCES' ? 'not-permitted' : 'malformed',
        because: `${setting} cannot be read: ${code}`,
        fix: 'name PEM files in site.cert and site.key; paths are relative to svcheck.yaml',
        where: setting,
      });
    }
  };
  return gathering.share('http identity', async () => ({
    cert: await read('site.cert', cert),
    key: await read('site.key', key),
  }));
}

/** `GET https://app.example.com/`, for a fact's where. */
export const asGet = (url: URL): string => `GET ${printable(url)}`;
