import type { Facts } from '../facts/index.ts';
import type { Judgement } from './verdict.ts';

type Answers = Facts['http.answers'];

/**
 * Why nothing may pass on what was seen of the site: an answer that was not had or not read to its end, or no page
 * asked for. For a judge that has found no fault; null where nothing is lost.
 * @param kinds of answer whose absence matters
 */
export function lostAnswer(
  { missed, answers, pagesAsked }: Answers,
  kinds: readonly Answers['answers'][number]['kind'][],
): Judgement<never> | null {
  const lost = missed.find(({ kind }) => kinds.includes(kind));
  if (lost) return { status: 'error', reason: lost.cause, because: `${lost.url}: ${lost.because}`, fix: lost.fix };
  const cut = answers.find((one) => one.cut && kinds.includes(one.kind));
  if (cut) {
    const because = `${cut.url} goes on beyond 2 MB, or is nested too deep: it was not read to its end`;
    return {
      status: 'error',
      reason: 'too-large',
      because,
      fix: 'see what the page sends, or name others in site.pages',
    };
  }
  if (pagesAsked) return null;
  const fix = 'name the pages in site.pages, or take the key out: then / and what it links to are looked at';
  return { status: 'error', reason: 'malformed', because: 'site.pages is empty: no page was looked at', fix };
}
