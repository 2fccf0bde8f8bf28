/**
 * The first messages of the frontend/backend protocol 3.0 (PostgreSQL documentation, "Message Formats" and "SSL Session
 * Encryption"): what is said before a session exists, where no client library lets us stop.
 */

/** SSLRequest: its length, then 1234 and 5679 in 16 bits each. */
export const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Terminate. */
export const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);

/** StartupMessage. @throws RangeError for a zero byte, which would end a string early */
export function startupMessage(parameters: Readonly<Record<string, string>>): Buffer {
  const strings = Object.entries(parameters).flat();
  if (strings.some((text) => text.includes('\0'))) throw new RangeError('a parameter holds a zero byte');
  const body = Buffer.from(`${strings.join('\0')}\0\0`, 'utf8');
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(0x0003_0000, 4);
  return Buffer.concat([head, body]);
}

export interface ServerError {
  /** SQLSTATE; empty where the server sent none. */
  code: string;
  /** One line, bounded. */
  message: string;
  /** The server's own function: unlike the message it is never translated. */
  routine: string;
}

/** What a server says to a startup message before anything else. */
export type Greeting =
  | { kind: 'authentication'; method: string }
  | { kind: 'error'; error: ServerError }
  /** Not this protocol. */
  | { kind: 'foreign'; begins: string }
  /** Not whole yet. */
  | { kind: 'partial' };

/** An error or a list of SASL mechanisms is far shorter; what is longer is something else. */
const MAX_MESSAGE = 30_000;

/** AuthenticationRequest's codes by pg_hba.conf's words. */
const methods: Readonly<Record<number, string>> = {
  0: 'none',
  2: 'kerberos',
  3: 'password',
  5: 'md5',
  7: 'gss',
  8: 'gss',
  9: 'sspi',
  10: 'scram-sha-256',
};

/** Reads the first message of an answer: AuthenticationRequest, ErrorResponse, or whatever else came. */
export function greetingOf(bytes: Buffer): Greeting {
  const type = bytes.subarray(0, 1).toString('latin1');
  if (type === '') return { kind: 'partial' };
  // NegotiateProtocolVersion and notices may come before; neither does for protocol 3.0 without options.
  if (type !== 'R' && type !== 'E') return foreign(bytes);
  if (bytes.length < 5) return { kind: 'partial' };
  const length = bytes.readUInt32BE(1);
  if (length < 8 || length > MAX_MESSAGE) return foreign(bytes);
  if (bytes.length < length + 1) return { kind: 'partial' };
  const body = bytes.subarray(5, length + 1);
  if (type === 'E') {
    const error = serverErrorOf(body);
    return error ? { kind: 'error', error } : foreign(bytes);
  }
  const code = body.readUInt32BE(0);
  return code > 20 ? foreign(bytes) : { kind: 'authentication', method: methods[code] ?? `method ${code}` };
}

/** ErrorResponse's fields: a letter, a string, a zero byte each; null where it is none. */
function serverErrorOf(body: Buffer): ServerError | null {
  const fields = new Map<string, string>();
  for (const field of body.toString('utf8').split('\0')) if (field) fields.set(field.slice(0, 1), field.slice(1));
  const message = fields.get('M');
  if (message === undefined) return null;
  return { code: (fields.get('C') ?? '').slice(0, 5), message: oneLine(message), routine: fields.get('R') ?? '' };
}

function foreign(bytes: Buffer): Greeting {
  return { kind: 'foreign', begins: oneLine(bytes.subarray(0, 40).toString('latin1')) };
}

/** Without line breaks and bounded; what else a stranger wrote stays. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

/** What a startup message without TLS came to. */
export interface PlaintextAnswer {
  outcome: 'refused' | 'accepted' | 'trusted' | 'undecided';
  code: string | null;
  detail: string;
}

/**
 * Whether the server lets a session begin without TLS. Any request for authentication means that it does: pg_hba.conf is
 * consulted first. 28000 is said both by a server that has no line for it and by a method that failed; the routine tells.
 */
export function plaintextAnswerOf(greeting: Greeting): PlaintextAnswer {
  if (greeting.kind === 'authentication') {
    const detail = greeting.method === 'none' ? 'let in without a password' : `asked for ${greeting.method}`;
    return { outcome: greeting.method === 'none' ? 'trusted' : 'accepted', code: null, detail };
  }
  if (greeting.kind !== 'error') return { outcome: 'undecided', code: null, detail: 'the answer is not PostgreSQL' };
  const { code, message, routine } = greeting.error;
  return { outcome: outcomeOf(code, message, routine), code: code || null, detail: message };
}

function outcomeOf(code: string, message: string, routine: string): PlaintextAnswer['outcome'] {
  if (routine === 'ClientAuthentication' && code === '28000') return 'refused';
  // ident, peer and the like fail without asking for anything: the line in pg_hba.conf was there.
  if (routine === 'auth_failed' && /^28/.test(code)) return 'accepted';
  // Poolers and managed services name no routine and have words of their own: "SSL required", "connection is insecure".
  if (/\b(ssl|tls|encrypt\w*|insecure)\b/i.test(message) || /pg_hba\.conf/.test(message)) return 'refused';
  return 'undecided';
}
