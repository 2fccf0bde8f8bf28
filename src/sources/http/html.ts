import type { DefaultTreeAdapterTypes } from 'parse5';
import { type Picture, pictureOf } from './pictures.ts';

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** What a page's markup says that svcheck looks at. Addresses are absolute. */
export interface Page {
  /** The content of each `<meta http-equiv="content-security-policy">` in the head. */
  policies: string[];
  /** The content of each `<meta name="referrer">`. */
  referrers: string[];
  links: string[];
  scripts: { src: string; integrity: boolean }[];
  styles: string[];
  images: string[];
  /** The same images with what their elements say, in the order of the document. */
  pictures: Picture[];
  /** The texts of inline scripts, the first 4 KB of each. */
  inline: string[];
  /** The markup was too deep or too long to be read to its end. */
  cut: boolean;
}

/** Blink's own bound (512); without one, deep nesting takes quadratic time. */
const MAX_DEPTH = 400;
const MAX_ELEMENTS = 40_000;
const MAX_LISTED = 2000;
const INLINE_LENGTH = 4096;

class TooMuch extends Error {}

/** Reads a page as a browser's parser would build it, scripts enabled. Never throws. @param address its own, to resolve against */
export async function readPage(html: string, address: URL): Promise<Page> {
  const { parse, defaultTreeAdapter } = await import('parse5');
  const document = defaultTreeAdapter.createDocument();
  let depth = 0;
  let elements = 0;
  const bounded: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    createDocument: () => document,
    createElement: (...args) => {
      elements += 1;
      if (elements > MAX_ELEMENTS) throw new TooMuch();
      return defaultTreeAdapter.createElement(...args);
    },
    onItemPush: () => {
      depth += 1;
      if (depth > MAX_DEPTH) throw new TooMuch();
    },
    onItemPop: () => {
      depth -= 1;
    },
  };
  let cut = false;
  try {
    parse(html, { treeAdapter: bounded });
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    cut = true;
  }
  return { ...collect(document, address), cut };
}

function collect(document: Node, address: URL): Omit<Page, 'cut'> {
  const page = {
    policies: [],
    referrers: [],
    links: [],
    scripts: [],
    styles: [],
    images: [],
    pictures: [],
    inline: [],
  };
  const elements = elementsOf(document);
  const base = elements.find((element) => element.tagName === 'base' && attribute(element, 'href') !== null);
  const from = (base && absolute(attribute(base, 'href'), address)) ?? address.href;
  for (const element of elements) note(element, page, new URL(from));
  return page;
}

/** In document order; what stands in a template is not part of the page. */
function elementsOf(document: Node): Element[] {
  const found: Element[] = [];
  const waiting: Node[] = [document];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node)
      for (let at = node.childNodes.length; at > 0; ) waiting.push(node.childNodes[--at] as Node);
  }
  return found;
}

function note(element: Element, page: Omit<Page, 'cut'>, base: URL): void {
  const get = (name: string) => attribute(element, name);
  const add = <T>(list: T[], item: T | null) => {
    if (item !== null && list.length < MAX_LISTED) list.push(item);
  };
  const address = (name: string) => absolute(get(name), base);
  if (element.tagName === 'meta') {
    const inHead = element.parentNode && 'tagName' in element.parentNode && element.parentNode.tagName === 'head';
    const equivalent = get('http-equiv')?.toLowerCase();
    if (equivalent === 'content-security-policy' && inHead) add(page.policies, get('content'));
    if (get('name')?.toLowerCase() === 'referrer') add(page.referrers, get('content'));
  } else if (element.tagName === 'a') add(page.links, address('href'));
  else if (element.tagName === 'img') {
    const picture = pictureOf(element, (href) => absolute(href, base));
    add(page.pictures, picture);
    add(page.images, picture?.src ?? null);
  } else if (element.tagName === 'link') {
    const relations = get('rel')?.toLowerCase().split(/\s+/) ?? [];
    if (relations.includes('stylesheet')) add(page.styles, address('href'));
    // Its integrity is that of the import, not of a script element.
    const src = relations.includes('modulepreload') ? address('href') : null;
    if (src) add(page.scripts, { src, integrity: true });
  } else if (element.tagName === 'script') {
    const src = address('src');
    if (src) add(page.scripts, { src, integrity: !!get('integrity') });
    else if (get('src') === null) add(page.inline, textOf(element));
  }
}

const attribute = (element: Element, name: string): string | null =>
  element.attrs.find((one) => one.name === name)?.value ?? null;

const textOf = (element: Element): string =>
  element.childNodes
    .map((child) => ('value' in child ? child.value : ''))
    .join('')
    .slice(0, INLINE_LENGTH);

/** http and https addresses only; null for all else. */
function absolute(href: string | null, base: URL): string | null {
  if (href === null || href.length > MAX_LISTED || !URL.canParse(href, base.href)) return null;
  const url = new URL(href, base);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}
