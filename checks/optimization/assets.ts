import type { Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Looked = Pick<Facts['web.transfers'], 'missed' | 'pagesAsked' | 'foreign'>;
type AnswerKind = Facts['http.answers']['answers'][number]['kind'];

/** Why nothing may pass on what was seen of the pages and their assets; null where nothing is lost. */
export function lostAsset({ missed, pagesAsked }: Looked, kinds: readonly AnswerKind[]): Judgement<never> | null {
  const lost = missed.find(({ kind }) => kinds.includes(kind));
  if (lost) return { status: 'error', reason: lost.cause, because: `${lost.url}: ${lost.because}`, fix: lost.fix };
  if (pagesAsked) return null;
  const fix = 'name the pages in site.pages, or take the key out: then / and what it links to are looked at';
  return { status: 'error', reason: 'malformed', because: 'site.pages is empty: no page was looked at', fix };
}

export const isWell = ({ status }: { status: number }): boolean => status >= 200 && status < 300;

/** A few of many, for a sentence. */
export function someOf(items: readonly string[], most = 5): string {
  const more = items.length - most;
  return items.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
