import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { type Gathering, LookFailed } from '../gathering.ts';
import { fieldOf } from '../http/look.ts';
import { type Answer, printable, request, type RequestOptions } from '../http/request.ts';

/** More than any list of domains, webhooks or days. */
const MAX_BYTES = 1024 * 1024;
/** What is left of the look's time must outlast a pause by this much. */
const MARGIN_MS = 1000;
const MAX_PAUSES = 3;

export type Call = Pick<RequestOptions, 'method' | 'headers' | 'secretHeaders' | 'body' | 'ca'>;

export interface Said {
  status: number;
  /** Parsed; undefined where the body is empty. */
  body: unknown;
  answer: Answer;
  where: string;
}

/**
 * One reading call of a provider's API. A 429 is asked again after its Retry-After where the look's time allows.
 * `make` is called for each try, for a signature has its time. Rejects with LookFailed: rate-limited, refused (5xx),
 * malformed (no JSON), too-large, and what `request` rejects with. A certificate that does not verify gets no key.
 */
export async function call(gathering: Gathering, url: URL, make: () => Promise<Call> | Call): Promise<Said> {
  const ends = performance.now() + gathering.timeoutMs;
  for (let pauses = 0; ; pauses += 1) {
    const asked = await make();
    const where = `${asked.method ?? 'GET'} ${printable(url)}`;
    const answer = await request(gathering, url.href, { ...asked, maxBytes: MAX_BYTES, verify: 'must' });
    if (answer.status !== 429) return said(answer, url, where);
    const seconds = retryAfter(answer, gathering.now);
    const ms = (seconds ?? 1) * 1000;
    if (seconds === null || pauses === MAX_PAUSES || performance.now() + ms + MARGIN_MS > ends)
      throw limited(url, where, seconds);
    await pause(ms, undefined, { signal: gathering.signal });
  }
}

/** RFC 9110 section 10.2.3: seconds, or a date; Brevo's own field where that is missing (documentation, "Rate limiting"). */
function retryAfter(answer: Answer, now: Date): number | null {
  const [value] = [...fieldOf(answer, 'retry-after'), ...fieldOf(answer, 'x-sib-ratelimit-reset')];
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, (date - now.getTime()) / 1000);
}

function limited({ host }: URL, where: string, seconds: number | null): LookFailed {
  const again = seconds === null ? 'run again later' : `run again in ${Math.ceil(seconds)} s`;
  return new LookFailed({
    cause: 'rate-limited',
    because: `${host} answered 429: the account is asked too often`,
    fix: `${again}, or give --timeout more`,
    where,
    transient: seconds === null,
  });
}

function said(answer: Answer, { host }: URL, where: string): Said {
  const { status, truncated, body } = answer;
  if (status >= 500) {
    const fix = `see the status page of ${host}, then run again`;
    throw new LookFailed({ cause: 'refused', because: `${host} answered ${status}`, fix, where, transient: true });
  }
  if (truncated) {
    const because = `${host} answered with more than ${MAX_BYTES / 1024 / 1024} MB`;
    throw new LookFailed({ cause: 'too-large', because, fix: `see what answers at ${host}`, where });
  }
  return { status, body: status < 300 ? parsed(body, host, where) : parsedOrText(body), answer, where };
}

function parsed(body: Buffer, host: string, where: string): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw malformed(host, where, 'no JSON, or cut off');
  }
}

/** A refusal may come from something between, as a page. */
function parsedOrText(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

const malformed = (host: string, where: string, problem: string): LookFailed =>
  new LookFailed({
    cause: 'malformed',
    because: `${host} did not answer as its documentation says: ${problem}`,
    fix: `see what answers at ${host}; where its API has changed, a newer svcheck may know it`,
    where,
  });

/** The body in the shape that is judged. Rejects with LookFailed, cause malformed, naming the field and never its value. */
export function shaped<T extends z.ZodType>(shape: T, { body, where }: Said, host: string): z.output<T> {
  const result = shape.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join('.').slice(0, 80) || 'the answer';
  const problem = issue?.code === 'invalid_type' ? `expected ${issue.expected}` : 'not a documented value';
  throw malformed(host, where, `${path} is ${problem}`.replace('is expected', 'is no'));
}

/** An answer that a closed list of statuses does not have. */
export function unexpected({ status, where }: Said, host: string): LookFailed {
  return malformed(host, where, `status ${status}`);
}

/**
 * Whether a key may go to this address: svcheck.yaml comes from the repository, so it alone must not be able to say where.
 * Rejects with LookFailed, cause not-permitted.
 * @param own hosts that are the provider's
 */
export function trusted(gathering: Gathering, url: URL, own: RegExp, setting: string): { ca: string | undefined } {
  const { trustedHosts, settings } = gathering.target;
  const named = trustedHosts.some((one) => one === url.host || one === url.hostname);
  const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  const secure = url.protocol === 'https:' || (named && loopback);
  // The provider's own hosts are verified by the system's roots alone, whatever certificate svcheck.yaml names.
  if (secure && own.test(url.host)) return { ca: undefined };
  if (secure && named) return { ca: settings.site.ca };
  throw new LookFailed({
    cause: 'not-permitted',
    because: secure
      ? `${setting} names ${url.host}, which is not the provider's own host: no key is sent there`
      : `${setting} is not https: no key is sent there`,
    fix: secure ? `take ${setting} out, or allow that host: --trust-host ${url.host}` : `write ${setting} as https://…`,
    where: setting,
  });
}
