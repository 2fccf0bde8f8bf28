import type { FieldValue } from './fields.ts';
import { labelBefore } from './fields.ts';

const address =
  /([\p{L}\p{N}._%+'-]{1,64})(?:@|%40)((?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}-]{2,24})(?![\p{L}\p{N}-]|\.\p{L})/giu;

/** Addresses of machines: nobody is behind them. */
const role = /^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|mailer-daemon|postmaster|bounces?)(?:[+-].*)?$/i;
const masked = /^(?:x{3,}|redacted|masked|hidden|removed|filtered|anonymi[sz]ed|anonymous)$/i;

/** Whether a domain can receive mail at all, by its public suffix: `logo@2x.png` and `app@db.internal` cannot. */
export type IsDomain = (domain: string) => boolean;

/** The public suffix list, loaded when it is first needed. */
export async function domainTest(): Promise<IsDomain> {
  const { parse } = await import('tldts');
  return (domain) => {
    // RFC 6761: names for tests and documentation. Whoever logs these logs the others too, so they count.
    if (/\.(?:test|example)$/i.test(domain)) return true;
    const { isIcann, domain: registrable } = parse(domain);
    return isIcann === true && registrable !== null;
  };
}

/** E-mail addresses in a value that stand for somebody and are not masked. Pure. */
export function emailsIn({ words, text }: FieldValue, isDomain: IsDomain): string[] {
  if (!text.includes('@') && !/%40/.test(text)) return [];
  // A message's id has the form of an address; a user agent names its maker's.
  if (isMessageId(words) || (words.includes('user') && words.includes('agent'))) return [];
  return [...text.matchAll(address)].flatMap((match) => {
    const [whole, local = '', domain = ''] = match;
    const before = text.slice(Math.max(0, match.index - 200), match.index);
    const name = local.replace(/^[.'-]+/, '');
    if (name === '' || role.test(name) || masked.test(name) || /[*•…\]]$/.test(before)) return [];
    // postgres://user@host, https://key@host and git@host:path
    if (
      /[a-z][a-z0-9+.-]*:\/\/[^\s/]*$/i.test(before) ||
      (name === 'git' && /^[:/]/.test(text.slice(match.index + whole.length)))
    )
      return [];
    if (isMessageId(labelBefore(text, match.index)) || (before.endsWith('<') && /\d{6}|[0-9a-f]{12}/i.test(name)))
      return [];
    if (/^[0-9a-f.-]{24,}$/i.test(name) || !isDomain(domain)) return [];
    return [whole];
  });
}

const isMessageId = (words: readonly string[]): boolean => {
  const name = words.join('-');
  return /(?:^|-)(?:message-?id|in-reply-to|references|content-id|mid)$/.test(name);
};
