import { type Version, wireVersions } from './hello.ts';

/** What a server's first bytes say. */
export type ServerWord =
  /** `version` is the one agreed on, null for one that is not known; certificates only where they are clear (up to 1.2). */
  | { kind: 'hello'; version: Version | null; suite: number; certificates: Buffer[] | null }
  | { kind: 'alert'; name: string }
  | { kind: 'garbage' };

const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
const HANDSHAKE = 22;
/** RFC 5246 section 6.2.3: a record may be 2^14 + 2048 bytes long. */
const MAX_RECORD = 16_384 + 2048;
const MAX_HANDSHAKE = 256 * 1024;

const SERVER_HELLO = 2;
const CERTIFICATE = 11;

/** RFC 8446 section 6, RFC 5246 section 7.2. */
const alerts: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  22: 'record_overflow',
  40: 'handshake_failure',
  42: 'bad_certificate',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  109: 'missing_extension',
  110: 'unsupported_extension',
  112: 'unrecognized_name',
  116: 'certificate_required',
  120: 'no_application_protocol',
};
const UNRECOGNIZED_NAME = 112;

/** Reads a server's first flight as it comes, until it has said what it says to a ClientHello. */
export class Flight {
  readonly #wantCertificates: boolean;
  #bytes = Buffer.alloc(0);
  #handshake = Buffer.alloc(0);
  #hello: Extract<ServerWord, { kind: 'hello' }> | null = null;

  /** @param wantCertificates read on to the Certificate message, where it is sent in the clear */
  constructor(wantCertificates: boolean) {
    this.#wantCertificates = wantCertificates;
  }

  /** @returns null until enough has come */
  push(chunk: Buffer): ServerWord | null {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      if (this.#bytes.length < 5) return this.#misfit(this.#bytes) ? { kind: 'garbage' } : null;
      if (this.#misfit(this.#bytes)) return this.end() ?? { kind: 'garbage' };
      const end = 5 + this.#bytes.readUInt16BE(3);
      if (this.#bytes.length < end) return null;
      const word = this.#record(this.#bytes[0] ?? 0, this.#bytes.subarray(5, end));
      if (word) return word;
      this.#bytes = this.#bytes.subarray(end);
    }
  }

  /** What was said when the connection ends, or nothing more is waited for: a hello counts without its certificates. */
  end(): ServerWord | null {
    return this.#hello;
  }

  /** A record's header: type, major version 3, length (RFC 8446 section 5.1). */
  #misfit(bytes: Buffer): boolean {
    const [type = ALERT, major = 3] = bytes;
    const length = bytes.length < 5 ? 0 : bytes.readUInt16BE(3);
    return (
      (type !== ALERT && type !== HANDSHAKE && !(this.#hello && type === CHANGE_CIPHER_SPEC)) ||
      major !== 3 ||
      length > MAX_RECORD
    );
  }

  #record(type: number, data: Buffer): ServerWord | null {
    if (type === CHANGE_CIPHER_SPEC) return this.#hello;
    if (type === ALERT) return this.#hello ?? this.#alert(data);
    this.#handshake = Buffer.concat([this.#handshake, data]);
    if (this.#handshake.length > MAX_HANDSHAKE) return this.#hello ?? { kind: 'garbage' };
    while (this.#handshake.length >= 4) {
      const end = 4 + this.#handshake.readUIntBE(1, 3);
      if (end > MAX_HANDSHAKE) return this.#hello ?? { kind: 'garbage' };
      if (this.#handshake.length < end) return null;
      const word = this.#message(this.#handshake[0] ?? 0, this.#handshake.subarray(4, end));
      if (word) return word;
      this.#handshake = this.#handshake.subarray(end);
    }
    return null;
  }

  #alert(data: Buffer): ServerWord | null {
    const [level = 2, number = 0] = data;
    if (data.length !== 2) return { kind: 'garbage' };
    // RFC 6066 section 3: a warning that the name is not known may come before the hello.
    if (level === 1 && number === UNRECOGNIZED_NAME) return null;
    return { kind: 'alert', name: alerts[number] ?? `alert ${number}` };
  }

  #message(type: number, body: Buffer): ServerWord | null {
    if (!this.#hello) {
      this.#hello = type === SERVER_HELLO ? serverHello(body) : null;
      if (!this.#hello) return { kind: 'garbage' };
      return this.#wantCertificates && this.#hello.version !== 'TLSv1.3' ? null : this.#hello;
    }
    return type === CERTIFICATE ? { ...this.#hello, certificates: certificateList(body) } : this.#hello;
  }
}

/** RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.3: at 1.3 (HelloRetryRequest too) the version is in supported_versions. */
function serverHello(body: Buffer): Extract<ServerWord, { kind: 'hello' }> | null {
  const suiteAt = 35 + (body[34] ?? 0);
  if (body.length < suiteAt + 3) return null;
  const chosen = selectedVersion(body.subarray(suiteAt + 3)) ?? body.readUInt16BE(0);
  const known = Object.entries(wireVersions).find(([, wire]) => wire === chosen)?.[0];
  return {
    kind: 'hello',
    version: (known ?? null) as Version | null,
    suite: body.readUInt16BE(suiteAt),
    certificates: null,
  };
}

function selectedVersion(extensions: Buffer): number | null {
  for (let at = 2; at + 4 <= extensions.length; at += 4 + extensions.readUInt16BE(at + 2)) {
    if (extensions.readUInt16BE(at) === 43 && at + 6 <= extensions.length) return extensions.readUInt16BE(at + 4);
  }
  return null;
}

/** RFC 5246 section 7.4.2: a list of DER certificates, each behind its length in three bytes; null where it does not fit. */
function certificateList(body: Buffer): Buffer[] | null {
  const list: Buffer[] = [];
  for (let at = 3; at + 3 <= body.length; ) {
    const end = at + 3 + body.readUIntBE(at, 3);
    if (end > body.length) return null;
    list.push(Buffer.from(body.subarray(at + 3, end)));
    at = end;
  }
  return list;
}
