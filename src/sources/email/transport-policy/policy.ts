import type { MtaStsPolicy } from '../../../facts/email-extras.ts';
import { resolveHost } from '../../dns/resolve.ts';
import { type Gathering, LookFailed } from '../../gathering.ts';
import { type Answer, request, type RequestOptions } from '../../http/request.ts';
import { coversMx, parseStsPolicy } from './grammar.ts';

/** "Senders SHOULD … limit the size … 64 kilobytes" (RFC 8461 section 3.3). */
const MAX_BYTES = 64 * 1024;
/** Failures that every sender meets alike; the others may be ours alone. */
const everybodys = new Set(['tls', 'malformed', 'wrong-protocol']);

const empty = { status: null, mode: null, maxAge: null, mx: [], uncovered: [] };

/**
 * Fetches a policy as a sender does: HTTPS that verifies, no redirect, status 200 (RFC 8461 section 3.3). Never rejects
 * for what the server does.
 * @param hosts of the MX records
 */
export async function stsPolicy(
  gathering: Gathering,
  url: string,
  hosts: readonly string[],
  options: RequestOptions = {},
): Promise<MtaStsPolicy> {
  const { hostname } = new URL(url);
  const { outcome } = await resolveHost(gathering, hostname);
  if (outcome === 'nxdomain' || outcome === 'nodata') {
    return { url, ...empty, problem: `${hostname} has no address`, unseen: null };
  }
  try {
    return { url, ...policyIn(await request(gathering, url, { ...options, maxBytes: MAX_BYTES }), hosts) };
  } catch (error) {
    if (!(error instanceof LookFailed)) throw error;
    const { cause, because } = error.outcome;
    const said = `${url}: ${because}`;
    return {
      url,
      ...empty,
      ...(everybodys.has(cause) ? { problem: said, unseen: null } : { problem: null, unseen: said }),
    };
  }
}

function policyIn(
  { url, status, headers, body, truncated }: Answer,
  hosts: readonly string[],
): Omit<MtaStsPolicy, 'url'> {
  const problem = (text: string) => ({ ...empty, status, problem: `${url}: ${text}`, unseen: null });
  if (status >= 300 && status < 400) return problem(`it answers ${status}, and redirects must not be followed`);
  if (status !== 200) return problem(`it answers ${status}`);
  if (truncated) return problem('it is larger than 64 KB');
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (!/^text\/plain\b/i.test(type)) return problem(`its type is ${type.slice(0, 60) || 'not given'}, not text/plain`);
  const policy = parseStsPolicy(body.toString('utf8'));
  const uncovered = hosts.filter((host) => !policy.mx.some((pattern) => coversMx(pattern, host)));
  return {
    status,
    ...policy,
    uncovered: policy.mode === 'none' ? [] : uncovered.slice(0, 20),
    problem: policy.problem === null ? null : `${url}: ${policy.problem}`,
    unseen: null,
  };
}
