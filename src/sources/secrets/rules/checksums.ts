import { crc32 } from 'node:zlib';

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
