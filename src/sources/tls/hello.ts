import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** Protocol versions as they stand on the wire (RFC 8446 section 4.1.2, RFC 5246 appendix E.1). */
export const wireVersions = { TLSv1: 0x0301, 'TLSv1.1': 0x0302, 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 } as const;
export type Version = keyof typeof wireVersions;

export interface Hello {
  version: Version;
  /** The host as SNI; null for an IP address (RFC 6066 section 3). */
  servername: string | null;
  suites: readonly number[];
  /** RFC 7301 names; none: the extension is left out. */
  alpn: readonly string[];
}

const x25519 = 0x001d;
/** x25519, P-256, P-384, P-521, ffdhe2048 to 4096 (RFC 8422, RFC 7919). */
const groups = [x25519, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101, 0x0102];
/** ECDSA, Ed25519, Ed448, RSA-PSS, RSA, and SHA-1 and DSA for servers of old (RFC 8446 section 4.2.3, RFC 5246 section 7.4.1.4.1). */
const signatureAlgorithms = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
  0x0303, 0x0301, 0x0203, 0x0201, 0x0402, 0x0202,
];
/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 section 3.3): in place of the extension, which TLS 1.0 servers may dislike. */
const renegotiation = 0x00ff;

/**
 * A whole ClientHello in one record, that speaks one version only: below 1.3 by its version field, at 1.3 by supported_versions
 * (RFC 8446 section 4.2.1). Written by hand because a library refuses by itself what the server should be asked about.
 */
export function clientHello({ version, servername, suites, alpn }: Hello): Buffer {
  const is13 = version === 'TLSv1.3';
  const body = Buffer.concat([
    u16(Math.min(wireVersions[version], wireVersions['TLSv1.2'])),
    randomBytes(32),
    // RFC 8446 appendix D.4: middleboxes let TLS 1.3 pass when it looks as if it resumed a session.
    vector8(is13 ? randomBytes(32) : Buffer.alloc(0)),
    vector16(Buffer.concat([...suites, ...(is13 ? [] : [renegotiation])].map(u16))),
    vector8(Buffer.from([0])), // no compression
  ]);
  const extensions = [
    ...(servername === null
      ? []
      : [extension(0, vector16(Buffer.concat([Buffer.from([0]), vector16(ascii(servername))])))]),
    extension(10, vector16(Buffer.concat(groups.map(u16)))),
    extension(11, vector8(Buffer.from([0]))), // ec_point_formats: uncompressed
    ...(version === 'TLSv1.2' || is13 ? [extension(13, vector16(Buffer.concat(signatureAlgorithms.map(u16))))] : []),
    ...(alpn.length === 0 ? [] : [extension(16, vector16(Buffer.concat(alpn.map((name) => vector8(ascii(name))))))]),
    ...(is13 ? tls13Extensions() : [extension(23, Buffer.alloc(0))]), // extended_master_secret (RFC 7627)
  ];
  return record(body, padded(body, extensions));
}

function tls13Extensions(): Buffer[] {
  const { publicKey } = generateKeyPairSync('x25519');
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return [
    extension(43, vector8(u16(wireVersions['TLSv1.3']))), // supported_versions
    extension(45, vector8(Buffer.from([1]))), // psk_key_exchange_modes: with (EC)DHE
    extension(51, vector16(Buffer.concat([u16(x25519), vector16(key)]))), // key_share
  ];
}

/** RFC 7685: some servers hang on a ClientHello of 256 to 511 bytes, so it is filled up to 512. */
function padded(body: Buffer, extensions: readonly Buffer[]): Buffer {
  const all = Buffer.concat(extensions);
  const length = 4 + body.length + 2 + all.length;
  const missing = length > 255 && length < 512 ? Math.max(0, 512 - length - 4) : null;
  return vector16(missing === null ? all : Buffer.concat([all, extension(21, Buffer.alloc(missing))]));
}

function record(body: Buffer, extensions: Buffer): Buffer {
  const message = Buffer.concat([body, extensions]);
  const handshake = Buffer.concat([Buffer.from([1, message.length >> 16]), u16(message.length & 0xffff), message]);
  // RFC 8446 section 5.1: the first record says 0x0301, whatever is asked for.
  return Buffer.concat([Buffer.from([22, 3, 1]), vector16(handshake)]);
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const vector8 = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([bytes.length]), bytes]);
const vector16 = (bytes: Buffer): Buffer => Buffer.concat([u16(bytes.length), bytes]);
const extension = (type: number, data: Buffer): Buffer => Buffer.concat([u16(type), vector16(data)]);
