import type { Image } from '../../facts/web.ts';
import type { Gathering } from '../gathering.ts';
import { lineOf } from '../errors.ts';
import { isLegacy } from './formats.ts';

/** What is used of sharp, which is there only where somebody installed it. */
interface Pipeline {
  webp(options: { quality?: number; lossless?: boolean; effort: number }): Pipeline;
  toBuffer(): Promise<Buffer>;
}
type Sharp = (bytes: Buffer, options: { animated: boolean; limitInputPixels: number }) => Pipeline;

/** Larger ones take seconds, and are too heavy as they are. */
const MAX_PIXELS = 50_000_000;

/** Resolves with null where sharp is not installed, or not for this machine. */
const loadSharp = (gathering: Gathering): Promise<Sharp | null> =>
  gathering.share('sharp', async () => {
    // Not a literal: nobody has to have it, the compiler and the bundler included.
    const name = 'sharp';
    try {
      return ((await import(name)) as { default: Sharp }).default;
    } catch {
      return null;
    }
  });

/**
 * What WebP would make of an image at a quality that nobody tells from it. Photographs are encoded anew (80 of 100), the rest
 * without loss or nearly so (90), whichever is smaller.
 * @param ends by performance.now(): later ones are not measured
 */
export async function savingOf(
  gathering: Gathering,
  { bytes, format, cut }: { bytes: Buffer; format: Image['format']; cut: boolean },
  ends: number,
): Promise<Image['saving']> {
  if (!isLegacy(format)) return { state: 'modern' };
  const not = (because: string): Image['saving'] => ({ state: 'not-measured', because });
  if (cut) return not('it was not read to its end');
  const sharp = await loadSharp(gathering);
  if (!sharp) return not('sharp is not installed');
  if (performance.now() > ends || gathering.signal.aborted) return not('there was no time left');
  const encoded = async (options: { quality?: number; lossless?: boolean }) =>
    (
      await sharp(bytes, { animated: true, limitInputPixels: MAX_PIXELS })
        .webp({ ...options, effort: 4 })
        .toBuffer()
    ).length;
  try {
    const sizes =
      format === 'jpeg'
        ? [await encoded({ quality: 80 })]
        : [await encoded({ lossless: true }), await encoded({ quality: 90 })];
    return { state: 'measured', format: 'webp', bytes: Math.min(...sizes) };
  } catch (error) {
    return not(`sharp cannot read it: ${lineOf(error).slice(0, 200)}`);
  }
}
