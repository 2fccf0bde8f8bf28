/** How templates mark what is filled in: Handlebars, Liquid, EJS, template strings, Mailchimp and the like. */
const FILLED =
  /\{\{\{?[^{}]{0,200}\}?\}\}|\{%[^%]{0,200}%\}|<%[^%]{0,200}%>|\$\{[^{}]{0,200}\}|%[A-Za-z_]\w{0,60}%|\*\|[^|]{0,60}\|\*|\[\[[^[\]]{0,60}\]\]|\{[A-Za-z_][\w.]{0,60}\}/g;

const UNSUBSCRIBE = /unsub|opt[-_ ]?out|abmeld|abbestell|d[ée]s[ia]\w*inscri|desabonn|disiscri|uitschrij/i;

export interface UnsubscribeLink {
  /** With {token} in place of what is filled in; null where the whole address is. */
  address: string | null;
  own: boolean;
}

const MAX_LINKS = 5;
/** Stands for what is filled in: of the private use area, so that no address holds it already. */
const MARK = '\ue000';

/** The links to unsubscribe that a template holds. Pure: never throws, linear in the length of the template. */
export function unsubscribeLinks(html: string, site: URL | null): UnsubscribeLink[] {
  const found = new Map<string, UnsubscribeLink>();
  for (const match of html.matchAll(/\bhref\s{0,5}=\s{0,5}(?:"([^"]{1,2000})"|'([^']{1,2000})')/gi)) {
    const href = (match[1] ?? match[2] ?? '').replaceAll('&amp;', '&').trim();
    const [label = ''] = html.slice(match.index + match[0].length, match.index + match[0].length + 300).split(/<\/a/i);
    if (/^mailto:/i.test(href) || !UNSUBSCRIBE.test(`${href} ${label.replace(/<[^<>]*>/g, ' ')}`)) continue;
    const link = linkOf(href, site);
    found.set(String(link.address), link);
    if (found.size === MAX_LINKS) break;
  }
  // In a text, or as a button of another markup, the address stands alone.
  if (found.size === 0 && [...html.matchAll(FILLED)].some(([text]) => UNSUBSCRIBE.test(text)))
    found.set('', { address: null, own: false });
  return [...found.values()];
}

/** A token that stands in the template as it is could be somebody's: it is taken out too. */
function linkOf(href: string, site: URL | null): UnsubscribeLink {
  const opaque = { address: null, own: false };
  const marked = href.replace(FILLED, MARK);
  const based = marked.startsWith(MARK) ? marked.slice(1) : marked;
  if (marked.startsWith(MARK) && !based.startsWith('/')) return opaque;
  if (!URL.canParse(based, site?.href)) return opaque;
  const url = new URL(based, site?.href);
  if (!/^https?:$/.test(url.protocol) || url.hostname === '') return opaque;
  const path = url.pathname
    .replaceAll(encodeURIComponent(MARK), '{token}')
    .split('/')
    .map((part, index, parts) => (isToken(part, parts.slice(0, index)) ? '{token}' : part))
    .join('/');
  const query = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}={token}`).join('&');
  const own = site !== null && url.host === site.host;
  // An own address is asked as the site's: over https where that is.
  const origin = own ? site.origin : url.origin;
  return { address: `${origin}${path}${query ? `?${query}` : ''}`.slice(0, 1000), own };
}

/** Long with a digit, or with a digit behind the word itself: `/unsubscribe/4711`. */
const isToken = (part: string, before: readonly string[]): boolean =>
  /\d/.test(part) && (/^[\w.~-]{16,}$/.test(part) || before.some((one) => UNSUBSCRIBE.test(one)));
