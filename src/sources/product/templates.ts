import { randomBytes } from 'node:crypto';
import type { Facts } from '../../facts/index.ts';
import { absent, type Gatherer, type Gathering, known, passOn } from '../gathering.ts';
import { isHtml, parseContentType } from '../http/fields.ts';
import { fieldOf, redirectOf } from '../http/look.ts';
import { ACCEPT_PAGE, askSite, noSite, siteOf } from '../http/site.ts';
import { withSession } from '../postgres/hosts.ts';
import { unsubscribeLinks } from './links.ts';
import { column, findTable, type Table, unknownColumns } from './tables.ts';

const MAX_TEMPLATES = 200;
const MAX_CHARS = 100_000;

/** The marketing templates that are in use, each with its links to unsubscribe. */
export const templates: Gatherer<'product.templates'> = {
  contacts: true,
  gather: withSession(async (session, gathering) => {
    const { templates: set } = gathering.target.settings.email.tables;
    const setting = 'email.tables.templates';
    const table = await findTable(session, { set, usual: 'email_templates', setting });
    if ('state' in table) return table;
    const name = column(table, ['name', 'slug', 'key', 'template_key', 'identifier', 'title', 'subject', 'id']);
    const bodies = bodiesOf(table);
    if (name === null || bodies.length === 0)
      return unknownColumns(table, name === null ? 'name' : 'content', set, setting);
    const active = activeOf(table);
    const kind = kindOf(table);
    const [row] = await session.look<{ active: number }>(
      `SELECT count(*)::float8 AS active FROM ${table.sql} WHERE ${active}`,
    );
    const text = `concat_ws(E'\\n', ${bodies.map((body) => `${body}::text`).join(', ')})`;
    const rows =
      kind === null
        ? []
        : await session.look<{ name: string; text: string; long: boolean }>(
            `SELECT left(${name}::text, 100) AS name, left(${text}, ${MAX_CHARS}) AS text, length(${text}) > ${MAX_CHARS} AS long
             FROM ${table.sql} WHERE ${active} AND ${kind.marketing} ORDER BY 1 LIMIT ${MAX_TEMPLATES + 1}`,
          );
    const site = siteOf(gathering)?.url ?? null;
    const marketing = rows
      .slice(0, MAX_TEMPLATES)
      .map((one) => ({ name: one.name, links: unsubscribeLinks(one.text, site) }));
    const cut = rows.length > MAX_TEMPLATES || rows.some(({ long }) => long);
    const value = { table: table.name, active: row?.active ?? 0, kind: kind?.column ?? null, marketing, cut };
    return known(value, `${table.name} on ${session.where}`);
  }),
};

function bodiesOf(table: Table): string[] {
  const html = ['html', 'html_content', 'html_body', 'body_html', 'htmlContent', 'body', 'content', 'mjml', 'template'];
  const text = ['text', 'text_content', 'text_body', 'body_text', 'textContent', 'plain_text'];
  return [column(table, html), column(table, text)].filter((name) => name !== null);
}

/** A template that is switched off, a draft, or deleted sends nothing. */
function activeOf(table: Table): string {
  const flag = column(table, ['is_active', 'active', 'enabled', 'is_enabled', 'isActive'], /^bool$/);
  const status = column(table, ['status', 'state'], /^(?!bool|int|float)/);
  const gone = column(table, ['deleted_at', 'archived_at', 'deletedAt']);
  return [
    'true',
    ...(flag ? [`coalesce(${flag}, true)`] : []),
    ...(status ? [`coalesce(lower(${status}::text), '') !~ '^(draft|inactive|archived|disabled|deleted)'`] : []),
    ...(gone ? [`${gone} IS NULL`] : []),
  ].join(' AND ');
}

function kindOf(table: Table): { column: string; marketing: string } | null {
  const flag = column(table, ['is_marketing', 'marketing', 'is_promotional', 'isMarketing'], /^bool$/);
  if (flag) return { column: flag.replaceAll('"', ''), marketing: `${flag} IS TRUE` };
  const kind = column(
    table,
    ['category', 'type', 'kind', 'template_type', 'email_type', 'purpose'],
    /^(?!bool|int|float)/,
  );
  const words = `'market|newsletter|promo|campaign|announce|digest'`;
  return kind === null ? null : { column: kind.replaceAll('"', ''), marketing: `${kind}::text ~* ${words}` };
}

type Answered = Facts['product.unsubscribe']['control'];

const MAX_ADDRESSES = 10;

/** The addresses of those links on the site itself, with a token that was made up. */
export const unsubscribe: Gatherer<'product.unsubscribe'> = {
  contacts: true,
  async gather(gathering) {
    const found = await gathering.fact('product.templates');
    if (found.state !== 'known') return passOn(found);
    const site = siteOf(gathering);
    if (!site) return noSite();
    const links = found.value.marketing.flatMap((template) => template.links);
    const addresses = new Set(links.flatMap(({ own, address }) => (own && address !== null ? [address] : [])));
    if (addresses.size === 0) return absent('no template names an address on the site', 'email.tables.templates');
    const random = `/svcheck-${randomBytes(6).toString('hex')}`;
    const control = await answerOf(gathering, new URL(random, site.url).href);
    const asked = [...addresses].slice(0, MAX_ADDRESSES);
    const answers = await Promise.all(asked.map((address) => answerOf(gathering, address)));
    return known(
      { answers, control: { ...control, address: 'a random path' } },
      asked.map((one) => `GET ${one}`).join(', '),
    );
  },
};

async function answerOf(gathering: Gathering, address: string): Promise<Answered> {
  const token = `svcheck-${randomBytes(12).toString('hex')}`;
  const url = new URL(address.replaceAll('{token}', token).replaceAll('%7Btoken%7D', token));
  const answer = await askSite(gathering, url, { accept: ACCEPT_PAGE, maxBytes: 64 * 1024 });
  const { type } = parseContentType(fieldOf(answer, 'content-type')[0]);
  const location = redirectOf({ answer, url })?.pathname.replaceAll(token, '{token}').slice(0, 200) ?? null;
  return { address, status: answer.status, html: isHtml(type), location };
}
