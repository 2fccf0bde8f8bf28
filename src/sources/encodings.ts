/**
 * The forms in which a value may be echoed: as it is, escaped for JSON, addresses, forms and HTML, in hexadecimal, and
 * in base64 at any of the three offsets (of a longer text that holds the value, only the middle is certain).
 */
export function encodingsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const json = JSON.stringify(value).slice(1, -1);
  const percent = percentEncoded(value);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((offset) => middleOfBase64(bytes, offset));
  return [
    value,
    json,
    json.replaceAll('/', '\\/'),
    ...percent,
    ...percent.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    ...htmlEscaped(value),
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** As a part of an address, of an address taken whole, and of a form. */
export function percentEncoded(value: string): string[] {
  try {
    const component = encodeURIComponent(value);
    // RFC 3986 reserves these too; encodeURIComponent leaves them.
    const strict = component.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
    const form = new URLSearchParams({ v: value }).toString().slice(2);
    return [component, strict, encodeURI(value), strict.replaceAll('%20', '+'), form];
  } catch {
    return []; // half of a surrogate pair: no such text can be sent
  }
}

function htmlEscaped(value: string): string[] {
  const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = escaped.replaceAll('"', '&quot;');
  return [escaped, quoted, quoted.replaceAll("'", '&#39;'), quoted.replaceAll("'", '&#x27;')];
}

/** The base64 characters that the value alone decides when it stands `offset` bytes into a text. */
function middleOfBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
