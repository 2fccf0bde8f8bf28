import { isIP } from 'node:net';
import type { Facts } from '../../facts/index.ts';
import { siteAddress } from '../env/values.ts';
import { absent, type Found, type Gatherer, type Gathering, known } from '../gathering.ts';
import { asciiName, type DnsResult, isAnswer } from './answer.ts';
import { query } from './client.ts';
import { unresolved } from './resolve.ts';

type Caa = Facts['dns.caa'];

const MAX_RECORDS = 50;
const MAX_TEXT = 500;

export const caa: Gatherer<'dns.caa'> = { contacts: true, gather };

/** RFC 8659 section 3: the first set found from the name up to the top-level domain holds. */
async function gather(gathering: Gathering): Promise<Found<Caa>> {
  const host = hostOf(gathering);
  if (!host) return absent('the site has no name that could have CAA records', 'site.url');
  const labels = host.split('.');
  const names = labels.map((_, index) => labels.slice(index).join('.'));
  const where = `CAA of ${host}`;
  // All at once: the climb is a matter of a few names, and mostly ends at the registered domain.
  const answers = await Promise.all(names.map((name) => query(gathering, name, 'CAA')));
  for (const [index, answer] of answers.entries()) {
    if (!isAnswer(answer.outcome)) throw failed(host, answer, where);
    const records = recordsOf(answer);
    const asked = names.slice(0, index + 1);
    if (records.length > 0) return known({ host, asked, at: names[index] ?? host, records }, where);
  }
  return known({ host, asked: names, at: null, records: [] }, where);
}

function recordsOf({ answers }: DnsResult): Caa['records'] {
  return answers
    .flatMap((one) =>
      one.type === 'CAA' ? [{ flags: one.flags, tag: one.tag, value: one.value.slice(0, MAX_TEXT) }] : [],
    )
    .slice(0, MAX_RECORDS);
}

function failed(host: string, { outcome, because }: DnsResult, where: string): Error {
  const shown = outcome === 'ok' || outcome === 'nxdomain' || outcome === 'nodata' ? 'servfail' : outcome;
  return unresolved(host, { outcome: shown, because }, where);
}

/** Null for an IP address, and for names that no public authority issues for (RFC 6761, RFC 6762). */
function hostOf({ target }: Gathering): string | null {
  const url = siteAddress(target)?.url ?? '';
  if (!URL.canParse(url)) return null;
  const { hostname } = new URL(url);
  const name = isIP(hostname) === 0 && !hostname.startsWith('[') ? asciiName(hostname) : null;
  return name === null || !name.includes('.') || /\.(localhost|local)$/.test(name) ? null : name;
}
