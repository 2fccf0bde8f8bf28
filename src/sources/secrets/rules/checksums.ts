const table = new Int32Array(256).map((_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 as in IEEE 802.3, of a text of ASCII characters. */
function crc32(text: string): number {
  let sum = -1;
  for (let at = 0; at < text.length; at += 1) sum = (table[(sum ^ text.charCodeAt(at)) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ -1) >>> 0;
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function base62(value: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = (digits[rest % 62] ?? '') + text;
  return text.padStart(6, '0');
}

/** GitHub's and npm's: after the prefix 30 characters, then their CRC-32 in base 62, six characters. Other lengths have none. */
export function base62Crc32(token: string): boolean | null {
  const [, body, sum] = /^[a-z]{3}_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(token) ?? [];
  return body === undefined ? null : base62(crc32(body)) === sum;
}

/** Grafana's: the CRC-32 of all before the last underscore, in hexadecimal, its lowest byte first. */
export function grafanaCrc32(token: string): boolean | null {
  const at = token.lastIndexOf('_');
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc32(token.slice(0, at)));
  return bytes.toString('hex') === token.slice(at + 1);
}
