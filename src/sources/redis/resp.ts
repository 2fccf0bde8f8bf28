/** RESP2, the wire format of Redis (redis.io/docs/latest/develop/reference/protocol-spec), read within bounds. */
export type Reply = string | number | null | ErrorReply | Reply[];

/** What stands behind a `-`: `NOAUTH Authentication required.` */
export class ErrorReply {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The first word in capitals: NOAUTH, WRONGPASS, NOPERM, ERR. */
  get code(): string {
    return /^[A-Z]+/.exec(this.text)?.[0] ?? '';
  }
}

/** The bytes are no RESP2, or more than is read of one reply. */
export class ProtocolFault extends Error {
  readonly kind: 'not-resp' | 'too-large';

  constructor(kind: 'not-resp' | 'too-large', message: string) {
    super(message);
    this.kind = kind;
  }
}

export const MAX_REPLY_BYTES = 1024 * 1024;
const MAX_LINE = 16 * 1024;
const MAX_DEPTH = 8;
/** A reply that drips in byte by byte is put together now and then, for each piece costs more than its byte. */
const MAX_CHUNKS = 1024;
/** The shortest element, `+\r\n`: an array cannot have more of them than fit. */
const MIN_ELEMENT = 3;

/** A command as an array of bulk strings. */
export function encodeCommand(args: readonly string[]): Buffer {
  const parts = args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`);
  return Buffer.from(`*${args.length}\r\n${parts.join('')}`);
}

interface Frame {
  items: Reply[];
  left: number;
}

/** Turns bytes as they come into replies. Never reads on after a fault, never holds more than one reply's worth. */
export class ReplyReader {
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes without which another look is of no use. */
  #needed = 1;
  /** Bytes of the current reply that are read. */
  #taken = 0;
  #open: Frame[] = [];

  /** @returns the replies that are whole now; throws ProtocolFault, after which the reader is of no use */
  push(chunk: Buffer): Reply[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#chunks.length > MAX_CHUNKS) this.#chunks = [Buffer.concat(this.#chunks)];
    if (this.#size < this.#needed) return [];
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] ?? chunk) : Buffer.concat(this.#chunks);
    const replies: Reply[] = [];
    let at = 0;
    for (;;) {
      const element = this.#element(bytes, at);
      if (!element) break;
      at += element.length;
      this.#taken += element.length;
      const whole = this.#place(element);
      if (whole !== undefined) replies.push(whole);
    }
    this.#chunks = at < bytes.length ? [bytes.subarray(at)] : [];
    this.#size = bytes.length - at;
    if (this.#taken + this.#size > MAX_REPLY_BYTES) throw tooLarge();
    return replies;
  }

  /** One element's value, or an array that is still to be filled. Undefined: more bytes are needed. */
  #element(bytes: Buffer, at: number): { value?: Reply; array?: number; length: number } | undefined {
    this.#needed = 1;
    if (at >= bytes.length) return undefined;
    const type = String.fromCharCode(bytes[at] ?? 0);
    if (!'+-:$*'.includes(type)) throw notResp(bytes, at);
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) {
      if (bytes.length - at > MAX_LINE) throw tooLarge();
      this.#needed = bytes.length - at + 1;
      return undefined;
    }
    const line = bytes.toString('utf8', at + 1, end);
    const length = end + 2 - at;
    if (type === '+') return { value: line, length };
    if (type === '-') return { value: new ErrorReply(line), length };
    if (!/^-?\d{1,19}$/.test(line)) throw notResp(bytes, at);
    const number = Number(line);
    if (type === ':') return { value: number, length };
    if (number === -1) return { value: null, length };
    if (number < 0) throw notResp(bytes, at);
    if (type === '*') return { array: number, length };
    if (number > MAX_REPLY_BYTES) throw tooLarge();
    return this.#bulk(bytes, at, length, number);
  }

  #bulk(bytes: Buffer, at: number, header: number, size: number): { value: Reply; length: number } | undefined {
    const length = header + size + 2;
    if (bytes.length - at < length) {
      this.#needed = length;
      return undefined;
    }
    const start = at + header;
    if (bytes.toString('latin1', start + size, start + size + 2) !== '\r\n') throw notResp(bytes, start + size);
    return { value: bytes.toString('utf8', start, start + size), length };
  }

  /** Puts an element where it belongs. @returns the reply, when this was its last element */
  #place({ value, array }: { value?: Reply; array?: number }): Reply | undefined {
    if (array !== undefined && array > 0) {
      if (array > MAX_REPLY_BYTES / MIN_ELEMENT || this.#open.length >= MAX_DEPTH) throw tooLarge();
      this.#open.push({ items: [], left: array });
      return undefined;
    }
    let done: Reply = array === 0 ? [] : (value ?? null);
    for (let frame = this.#open.at(-1); frame; frame = this.#open.at(-1)) {
      frame.items.push(done);
      frame.left -= 1;
      if (frame.left > 0) return undefined;
      done = frame.items;
      this.#open.pop();
    }
    this.#taken = 0;
    return done;
  }
}

function tooLarge(): ProtocolFault {
  return new ProtocolFault('too-large', `a reply of more than ${MAX_REPLY_BYTES / 1024 / 1024} MB`);
}

function notResp(bytes: Buffer, at: number): ProtocolFault {
  const sample = bytes.toString('latin1', at, at + 60).split(/[\r\n]/)[0] ?? '';
  return new ProtocolFault('not-resp', `answers ${JSON.stringify(sample)}, which is no Redis reply`);
}
