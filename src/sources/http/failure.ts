import type { Cause } from '../../facts/index.ts';
import { causeOf, lineOf } from '../errors.ts';
import { LookFailed } from '../gathering.ts';

/** The answer is HTTP of a kind that the strict parser refuses; the lenient one is tried then. */
export function isParseError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'HTTPParserError' || error.name.startsWith('ResponseContentLength'));
}

/** llhttp's words for an answer whose first bytes are not `HTTP/` at all (llhttp, "HPE_INVALID_CONSTANT"). */
const notHttp = /Expected HTTP\/|HPE_INVALID_CONSTANT|HPE_INVALID_VERSION/;

function causeOfExchange(error: unknown, signal: AbortSignal): Cause {
  if (signal.aborted) return 'timeout';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (notHttp.test(`${code} ${lineOf(error)}`)) return 'wrong-protocol';
  if (code === 'HPE_HEADER_OVERFLOW') return 'too-large';
  if (code.startsWith('HPE_') || isParseError(error)) return 'malformed';
  return causeOf(error) ?? 'internal';
}

const words: Partial<Record<Cause, readonly [because: string, fix: string]>> = {
  timeout: [
    'no whole answer in time',
    'see whether it hangs or a firewall drops packets from here, or give --timeout more',
  ],
  refused: ['the connection was refused', 'see that it runs and listens on this address and port'],
  reset: [
    'the connection was closed before the answer was whole',
    'see the log of the server or of the proxy before it',
  ],
  'wrong-protocol': ['the answer is not HTTP', 'see what listens on this port'],
  malformed: ['the answer is malformed HTTP', 'see what the server or the proxy before it sends, by curl -v'],
  'too-large': ['the headers are larger than 64 KB', 'see which header grows, by curl -sI'],
};

/** Somebody answered, but not so that it can be read. */
export class UnreadableAnswer extends LookFailed {}

/** What went wrong on the way to an answer, as the engine wants it. LookFailed passes as it is. */
export function failure(error: unknown, where: string, signal: AbortSignal): LookFailed {
  if (error instanceof LookFailed) return error;
  const cause = causeOfExchange(error, signal);
  const [because, fix] = words[cause] ?? [lineOf(error), 'see that it can be reached from here, then run again'];
  const detail = cause === 'malformed' ? `: ${lineOf(error)}` : '';
  const outcome = { cause, because: because + detail, fix, where, transient: cause === 'reset' };
  return cause === 'malformed' || cause === 'too-large' ? new UnreadableAnswer(outcome) : new LookFailed(outcome);
}
