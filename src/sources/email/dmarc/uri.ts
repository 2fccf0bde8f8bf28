import type { DmarcUri } from '../../../facts/email-dmarc.ts';
import { asciiName } from '../../dns/answer.ts';

const MAX_URIS = 20;
const MAX_SHOWN = 300;
/** URI of RFC 3986 without "," and "!", which must be percent-encoded (RFC 9989 section 4.8). */
const uriForm = /^[a-z][a-z0-9+.-]*:(?:[a-z0-9\-._~:/?#[\]@$&'()*+=]|%[0-9a-f]{2})+$/i;
/** obs-dmarc-report-size: to be ignored. */
const sizeForm = /^(.*?)[ \t]*(![ \t]*\d+[ \t]*[kmgt]?)$/i;

/** dmarc-urilist of RFC 9989 section 4.8. An entry that is no valid URI has no host. Never throws. */
export function parseUris(value: string): DmarcUri[] {
  return value
    .split(',', MAX_URIS)
    .map((item) => parseUri(item.replace(/^[ \t]+|[ \t]+$/g, '')))
    .filter((one) => one.uri !== '' || one.size !== null);
}

function parseUri(item: string): DmarcUri {
  const [, before, size] = sizeForm.exec(item) ?? [];
  const uri = before ?? item;
  const host = uriForm.test(uri) ? hostOf(uri) : null;
  return { uri: uri.slice(0, MAX_SHOWN), host, size: size?.slice(0, 20) ?? null };
}

function hostOf(uri: string): string | null {
  const mail = /^mailto:([^?]*)/i.exec(uri)?.[1];
  if (mail === undefined) return URL.canParse(uri) ? nameOf(new URL(uri).hostname) : null;
  const address = decoded(mail);
  const at = address.lastIndexOf('@');
  return at > 0 ? nameOf(address.slice(at + 1)) : null;
}

const nameOf = (host: string): string | null =>
  /^[a-z0-9\u0080-\uffff](?:[a-z0-9._\u0080-\uffff-]*[a-z0-9\u0080-\uffff])?\.?$/i.test(host) ? asciiName(host) : null;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
