import type { Image } from '../../facts/web.ts';
import type { Gathering } from '../gathering.ts';
import type { Crawl } from '../http/crawl.ts';
import { fieldOf, type Seen } from '../http/look.ts';
import { printable } from '../http/request.ts';
import { formatOf } from './formats.ts';
import { savingOf } from './saving.ts';

/**
 * Without laying the page out, nobody knows where the fold is. The first three images of a page are taken to be above it,
 * as WordPress does for the images that it leaves eager (wp_omit_loading_attr_threshold()).
 */
const ABOVE = 3;

interface Shown {
  page: string;
  place: number;
  sized: boolean;
  lateAndEager: boolean;
}

/** Each image that was answered, once, with how the pages show it. @param ends by performance.now() */
export async function imagesOf(
  gathering: Gathering,
  crawl: Crawl,
  seen: readonly Seen[],
  ends: number,
): Promise<Image[]> {
  const shown = shownBy(crawl);
  const images: Image[] = [];
  for (const { kind, url, answer, html } of seen) {
    const how = shown.get(url.href);
    if (kind !== 'image' || !how || html || answer.status < 200 || answer.status > 299) continue;
    if (answer.body.length === 0) continue;
    const format = formatOf(answer.body);
    const image = { bytes: answer.body, format, cut: answer.truncated };
    const saving = await savingOf(gathering, image, ends);
    const bytes = sentBytes(answer.body.length, fieldOf(answer, 'content-encoding'), fieldOf(answer, 'content-length'));
    images.push({ url: printable(url).slice(0, 2000), ...how, bytes, cut: answer.truncated, format, saving });
  }
  return images;
}

/** What went over the wire, where that was compressed (SVG): Content-Length, where it is sent. */
function sentBytes(decoded: number, encodings: readonly string[], [length]: readonly string[]): number {
  const compressed = encodings.some((one) => one.trim() !== '' && one.trim().toLowerCase() !== 'identity');
  return compressed && length !== undefined && /^\d{1,12}$/.test(length) ? Math.min(decoded, Number(length)) : decoded;
}

function shownBy({ seen }: Crawl): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const { url, page } of seen) {
    for (const [at, { src, sized, lazy }] of (page?.pictures ?? []).entries()) {
      const lateAndEager = at >= ABOVE && !lazy;
      const before = shown.get(src);
      if (before) {
        before.sized &&= sized;
        before.lateAndEager ||= lateAndEager;
      } else shown.set(src, { page: printable(url).slice(0, 2000), place: at + 1, sized, lateAndEager });
    }
  }
  return shown;
}
