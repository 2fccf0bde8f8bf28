import type { Development } from '../../facts/http.ts';
import { type Found, known, unreachable } from '../gathering.ts';
import type { Walked } from './crawl.ts';
import { lookAt, type Seen } from './look.ts';
import { printable } from './request.ts';
import { ACCEPT_PAGE, asGet } from './site.ts';

const MAX_SIGHTINGS = 20;
const MAX_TEXT = 200;

/** Paths that only Vite's development server has (Vite documentation, "Backend integration"; SvelteKit's dev entry). */
const VITE = /\/(?:@vite\/client|@react-refresh|@fs\/|@id\/|node_modules\/\.vite\/|node_modules\/@sveltejs\/kit\/)/;
/** A stack frame (V8, "Stack trace API") in a source file: of TypeScript, a component, or webpack's own address. */
const SOURCE_FRAME =
  /\bat (?:[\w$.<>[\] ]{1,80} )?\(?((?:webpack-internal:\/\/\/|file:\/\/|\/|[A-Za-z]:[\\/])[^\s()'"<>]{0,300}\.(?:ts|tsx|mts|jsx|svelte|vue|astro)(?:\?[^\s:()]{0,100})?:\d{1,6}:\d{1,6})\)?/;
/** The page that finalhandler, Express's last resort, shows unless NODE_ENV is production. */
const EXPRESS = /<pre>[A-Za-z]*Error: [^<]{0,500}<br> &nbsp; &nbsp;at /;

/** Signs of a development build in one page's markup. Pure; the texts are of strangers and bounded. */
export function signsOf(body: string, { scripts, inline }: { scripts: readonly string[]; inline: readonly string[] }) {
  const vite = [...scripts, ...inline].flatMap((text) => VITE.exec(text)?.[0] ?? []).slice(0, 1);
  const text = body.replaceAll('&nbsp;', ' ').replaceAll('&#x2F;', '/');
  const frame = SOURCE_FRAME.exec(text)?.[1];
  return {
    vite: vite[0] ?? null,
    frame: frame?.slice(0, MAX_TEXT) ?? (EXPRESS.test(body) ? "Express's development error page" : null),
  };
}

/** The pages, the 404 and a request with a malformed escape, held against what development servers show. */
export async function developmentOf({ gathering, site, crawl, ends }: Walked): Promise<Found<Development>> {
  const malformed = new URL('/%E0%A4%A', site.url);
  const error = await lookAt(gathering, 'not-found', malformed, { accept: ACCEPT_PAGE }, ends);
  const seen = [...crawl.seen, ...('cause' in error ? [] : [error])].filter(isDocument);
  const [missed] = [...crawl.missed, ...('cause' in error ? [error] : [])];
  if (seen.length === 0) {
    const { cause, because, fix } = missed ?? nothing;
    return unreachable({ cause, because, fix, where: asGet(site.url) });
  }
  const signs = seen.map((one) => ({ one, ...signsIn(one) }));
  const sightings = signs.flatMap(({ one, vite, frame }) => [
    ...(vite ? [{ where: printable(one.url), what: `a script of Vite's development server, ${vite}` }] : []),
    ...(frame ? [{ where: printable(one.url), what: `a stack frame of a source file, ${frame}` }] : []),
  ]);
  return known(
    {
      viteClient: signs.some(({ vite }) => vite !== null),
      stackTrace: signs.some(({ frame }) => frame !== null),
      sightings: sightings.slice(0, MAX_SIGHTINGS),
      looked: seen.map(({ url }) => printable(url)),
    },
    `${asGet(site.url)} and ${seen.length - 1} more`,
  );
}

const nothing = {
  cause: 'malformed',
  because: 'the site has no page to look at',
  fix: 'name its pages in site.pages',
} as const;

const isDocument = ({ kind, answer }: Seen): boolean =>
  (kind === 'page' || kind === 'not-found') && answer.body.length > 0;

function signsIn({ kind, answer, page }: Seen): ReturnType<typeof signsOf> {
  const scripts = page?.scripts.map(({ src }) => new URL(src).pathname) ?? [];
  // A page may well write about stack traces; an error page does not.
  const isError = kind === 'not-found' || answer.status >= 400;
  return signsOf(isError ? answer.body.toString('utf8') : '', { scripts, inline: page?.inline ?? [] });
}
