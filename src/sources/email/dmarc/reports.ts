import type { DmarcRecord, DmarcReport } from '../../../facts/email-dmarc.ts';
import { query } from '../../dns/client.ts';
import type { Gathering } from '../../gathering.ts';
import { textsOf } from '../spf/record.ts';
import { isDmarc, parseDmarc } from './record.ts';
import { organizationalBy } from './steps.ts';

const MAX_HOSTS = 10;
const MAX_NAME = 253;

interface Owner {
  /** Where the record was found. */
  domain: string;
  organizational: string;
  /** Whether that is sure: the walk was whole. */
  sure: boolean;
}

/** Whether each domain that reports go to lets itself be sent them (RFC 9990, "Verifying External Destinations"). */
export async function reportsOf(gathering: Gathering, record: DmarcRecord, owner: Owner): Promise<DmarcReport[]> {
  const wanted = (['rua', 'ruf'] as const).flatMap((tag) =>
    record[tag].flatMap(({ uri, host }) => (host === null ? [] : [{ tag, uri, host }])),
  );
  const first = wanted.filter(
    (one, at) => wanted.findIndex(({ tag, host }) => tag === one.tag && host === one.host) === at,
  );
  return Promise.all(
    first.slice(0, MAX_HOSTS).map(async (one) => ({ ...one, ...(await authorization(gathering, one, owner)) })),
  );
}

type Authorization = Pick<DmarcReport, 'asked' | 'authorized' | 'because'>;

async function authorization(
  gathering: Gathering,
  { tag, host }: { tag: 'rua' | 'ruf'; host: string },
  owner: Owner,
): Promise<Authorization> {
  const own = await isOwn(gathering, host, owner);
  if (own === null)
    return { asked: null, authorized: null, because: `the organizational domain of ${host} is not known` };
  if (own) return { asked: null, authorized: true, because: `${host} belongs to ${owner.organizational}` };
  const asked = `${owner.domain}._report._dmarc.${host}`;
  if (asked.length > MAX_NAME) return { asked, authorized: false, because: 'the name is longer than DNS allows' };
  const answer = await query(gathering, asked, 'TXT');
  if (!['ok', 'nxdomain', 'nodata'].includes(answer.outcome)) {
    return { asked, authorized: null, because: answer.because };
  }
  const records = textsOf(answer).filter(isDmarc).map(parseDmarc);
  if (records.length === 0) {
    return { asked, authorized: owner.sure ? false : null, because: `there is no v=DMARC1 at ${asked}` };
  }
  // "the overriding URI MUST use the same destination host", else no report goes to either.
  const elsewhere = records.flatMap((record) => record[tag]).find((uri) => uri.host !== null && uri.host !== host);
  if (elsewhere) return { asked, authorized: false, because: `${asked} sends them on to ${elsewhere.host ?? ''}` };
  return { asked, authorized: true, because: `${asked} says so` };
}

/**
 * Whether both have one Organizational Domain. Only a name below the owner's own can: all others need no walk.
 * @returns null where the walk has no answer
 */
async function isOwn(gathering: Gathering, host: string, { domain, organizational }: Owner): Promise<boolean | null> {
  if (host === domain || host === organizational) return true;
  if (!host.endsWith(`.${organizational}`)) return false;
  const found = await organizationalBy(gathering, host);
  return found === null ? null : found === organizational;
}
