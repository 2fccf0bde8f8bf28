import type { Target } from '../../config/target.ts';
import type { Facts } from '../../facts/index.ts';
import { type Found, known } from '../gathering.ts';
import { referenceKind } from './formats.ts';
import { placeholderKind } from './placeholder.ts';
import { isLocal } from './store-address.ts';
import { noEnv, whereOf } from './trouble.ts';
import { envValue, placeOf } from './values.ts';

type Cors = Facts['env.cors'];

/** adapter-node's documentation, "Environment variables": what bounds a body and a shutdown. */
const bounds = ['BODY_SIZE_LIMIT', 'SHUTDOWN_TIMEOUT'];

/** The origins that the env allows, each judged by its form, and adapter-node's settings beside them. */
export async function gatherCors(target: Target): Promise<Found<Cors>> {
  const { env, settings } = target;
  const none = noEnv(env);
  if (none) return none;
  const entry = ['CORS_ORIGIN', 'CORS_ORIGINS'].map((key) => env.entries.get(key)).find((one) => one?.value.length);
  const value = entry?.value.reveal().trim() ?? '';
  const texts = listOf(value);
  const state = value === '' ? 'unset' : (referenceKind(value) ?? (placeholderKind(value) ? 'placeholder' : 'set'));
  const origins: Cors['origins'] = [];
  for (const text of state === 'set' ? texts : []) origins.push(await originOf(text));
  return known(
    {
      key: entry?.key ?? 'CORS_ORIGIN',
      place: entry ? placeOf(entry) : null,
      state,
      origins,
      origin: plainOrigin(envValue(target, 'ORIGIN')),
      site: plainOrigin(settings.site.url ?? null),
      unset: bounds.filter((key) => !env.entries.get(key)?.value.length),
    },
    whereOf(env),
  );
}

/** A list with commas or blanks, or a JSON array of strings. At most 100. */
function listOf(value: string): string[] {
  if (value.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(value);
      if (Array.isArray(list)) return list.map(String).slice(0, 100);
    } catch {
      // not JSON: read as a plain list, whose first entry is then no origin
    }
  }
  return value
    .split(/[\s,;]+/)
    .filter((text) => text !== '')
    .slice(0, 100);
}

async function originOf(text: string): Promise<Cors['origins'][number]> {
  const shown = text.replace(/\/\/[^/@]*@/, '//').slice(0, 200);
  if (text === 'null') return { text, defect: 'null' };
  if (text.includes('*')) return { text: shown, defect: 'wildcard' };
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return { text: shown, defect: 'not-an-origin' };
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (await isLocal(host)) return { text: shown, defect: 'local' };
  if (url.protocol !== 'https:') return { text: shown, defect: 'not-https' };
  if (/^https:\/\/[^/?#@]+[/?#]/i.test(text)) return { text: shown, defect: 'path' };
  // A browser sends the serialised origin (WHATWG HTML, "origin"): small letters, no default port, no user.
  return { text: shown, defect: url.origin === text ? null : 'not-an-origin' };
}

/** The origin of an address, without anything else of it; null where it is none. */
function plainOrigin(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return null;
  const { origin } = new URL(address);
  return origin === 'null' ? null : origin;
}
