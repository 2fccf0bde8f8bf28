import type { Cause } from '../facts/index.ts';

const byCode: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'timeout',
  ENETUNREACH: 'timeout',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  ABORT_ERR: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
  HPE_HEADER_OVERFLOW: 'too-large',
};

/** The cause of a Node error by its code (Node.js documentation, "Errors"; undici "Errors"); null where it tells none. */
export function causeOf(error: unknown): Cause | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code: unknown = 'code' in at ? at.code : undefined;
    if (typeof code === 'string') {
      const cause = byCode[code];
      if (cause) return cause;
      if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(code)) return 'tls';
      if (code.startsWith('HPE_')) return 'wrong-protocol';
    }
    if (at.name === 'AbortError' || at.name === 'TimeoutError') return 'timeout';
    if (at instanceof AggregateError && at.errors.length > 0) return causeOf(at.errors[0]);
  }
  return null;
}

/** One line of an error, for a person; never a stack. */
export function lineOf(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.replace(/\s+/g, ' ').slice(0, 300);
}
