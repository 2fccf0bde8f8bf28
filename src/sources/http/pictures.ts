import type { DefaultTreeAdapterTypes } from 'parse5';

type Element = DefaultTreeAdapterTypes.Element;

/** One `<img>` as a browser on a desktop would load it. */
export interface Picture {
  /** Absolute. */
  src: string;
  /** Its space is known before it has arrived: width and height, or a ratio in its own style. */
  sized: boolean;
  lazy: boolean;
}

/** What browsers of today take for an image; a `source` of another type is passed over (HTML Standard, "picture"). */
const TYPES = /^image\/(?:avif|webp|jpeg|png|gif|svg\+xml)$/i;
/** A desktop's window in CSS pixels: the candidate of a srcset that is wide enough for it. */
const WIDTH = 1280;

/** @param absolute makes an address absolute; null for what is no web address (a data: image, say) */
export function pictureOf(image: Element, absolute: (href: string | null) => string | null): Picture | null {
  const src = absolute(sourceOf(image) ?? candidateOf(attribute(image, 'srcset')) ?? attribute(image, 'src'));
  return src === null
    ? null
    : { src, sized: isSized(image), lazy: attribute(image, 'loading')?.toLowerCase() === 'lazy' };
}

/** The first `source` of the picture around it that a desktop browser would take. */
function sourceOf(image: Element): string | null {
  const parent = image.parentNode;
  if (!parent || !('tagName' in parent) || parent.tagName !== 'picture') return null;
  for (const child of parent.childNodes) {
    if (child === image) return null;
    if (!('tagName' in child) || child.tagName !== 'source') continue;
    const [type, media] = [attribute(child, 'type'), attribute(child, 'media')];
    if (type !== null && !TYPES.test(type.trim())) continue;
    if (media !== null && /max-width|print|dark|portrait/i.test(media)) continue;
    const candidate = candidateOf(attribute(child, 'srcset'));
    if (candidate !== null) return candidate;
  }
  return null;
}

/** Of a srcset: what 1x gets; by widths, the narrowest that fills the window, else the widest. */
function candidateOf(srcset: string | null): string | null {
  if (srcset === null || srcset.length > 20_000) return null;
  const candidates = [...srcset.matchAll(/([^\s,]\S*[^\s,]|[^\s,])(?:\s+([\d.]{1,10})([wx]))?\s*(?:,|$)/g)].map(
    ([, url = '', size, unit]) => ({ url, size: Number(size ?? 1), unit: unit ?? 'x' }),
  );
  const widths = candidates.filter(({ unit }) => unit === 'w').sort((a, b) => a.size - b.size);
  const wide = widths.find(({ size }) => size >= WIDTH) ?? widths.at(-1);
  return (wide ?? candidates.find(({ size }) => size === 1) ?? candidates[0])?.url ?? null;
}

function isSized(image: Element): boolean {
  const isNumber = (name: string) => /^\s*\d/.test(attribute(image, name) ?? '');
  const style = attribute(image, 'style') ?? '';
  return (
    (isNumber('width') && isNumber('height')) ||
    /aspect-ratio\s*:/i.test(style) ||
    (/(?:^|[;\s])width\s*:/i.test(style) && /(?:^|[;\s])height\s*:/i.test(style))
  );
}

const attribute = (element: Element, name: string): string | null =>
  element.attrs.find((one) => one.name === name)?.value ?? null;
