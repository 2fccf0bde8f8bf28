import { type FieldValue, isIdOrTime, labelBefore } from './fields.ts';

const cardWords = new Set(['card', 'pan', 'cc', 'ccnumber', 'creditcard', 'cardnumber', 'kreditkarte']);
const phoneWords = new Set(
  'phone phones tel telephone telefon mobile cell cellphone msisdn fax whatsapp sms phonenumber mobilenumber'.split(
    ' ',
  ),
);
/** A field about a card or a telephone that does not hold its number. */
const besides = new Set(
  'id ids token type brand last4 verified at country code count status hash provider exp expiry'.split(' '),
);

const isField = (words: readonly string[], names: ReadonlySet<string>): boolean =>
  words.some((word) => names.has(word)) && !besides.has(words.at(-1) ?? '');

const candidates =
  /(?<![\w./#+-])(?:\d{13,19}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}|\d{4}[ -]\d{6}[ -]\d{4,5})(?![\w/-]|\.\d)/g;

/** Card numbers in a value: issuer prefix, length and Luhn; never in fields of ids and times. Pure. */
export function cardsIn({ words, text }: FieldValue): string[] {
  const own = isField(words, cardWords);
  if (!own && isIdOrTime(words)) return [];
  return [...text.matchAll(candidates)].flatMap((match) => {
    const label = labelBefore(text, match.index);
    const labelled = own || isField(label, cardWords);
    if (!labelled && isIdOrTime(label)) return [];
    const digits = match[0].replace(/\D/g, '');
    // Ids of other lengths meet prefix and checksum by chance; these need to be written or named as a card.
    const usual = digits.length === 15 || digits.length === 16 || labelled || match[0] !== digits;
    return usual && hasIssuer(digits) && luhn(digits) && new Set(digits).size > 1 ? [digits] : [];
  });
}

/** Prefixes and lengths by network (ISO/IEC 7812; the networks' own BIN ranges). */
function hasIssuer(digits: string): boolean {
  const length = digits.length;
  const six = Number(digits.slice(0, 6));
  const between = (low: number, high: number, size: number) => {
    const head = Number(digits.slice(0, size));
    return head >= low && head <= high;
  };
  if (digits.startsWith('4')) return length === 13 || length === 16 || length === 19; // Visa
  if (between(51, 55, 2) || (six >= 222100 && six <= 272099)) return length === 16; // Mastercard
  if (between(34, 34, 2) || between(37, 37, 2)) return length === 15; // American Express
  if (between(300, 305, 3) || between(36, 36, 2) || between(38, 39, 2)) return length === 14; // Diners Club
  if (between(6011, 6011, 4) || between(644, 649, 3) || between(65, 65, 2)) return length >= 16; // Discover
  if (between(3528, 3589, 4)) return length >= 16; // JCB
  return between(62, 62, 2) && length >= 16; // UnionPay
}

/** ISO/IEC 7812-1 annex B. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = digit * 2;
    sum += at % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const international = /(?<![\w+.*-])(?:\+|%2B)[1-9](?:[ .()/-]{0,2}\d){6,14}(?![\d*])/gi;
const labelledPhone =
  /\b(?:phone|tel|telephone|mobile|msisdn|fax)(?:[_ ]?(?:number|no|nr))?["'\\]{0,3}\s{0,3}[:=]\s{0,3}["'\\]{0,3}((?:\+|00)?[\d(][\d ().-]{5,20}\d)(?![\d*])/gi;
const unit = /^\s?(?:bytes?|[KMGT]i?B|B|ms|us|ns|s|%|px|rows?|ops)\b/;

/**
 * Telephone numbers: in the international form (E.164) with its plus sign, or in a field or behind a label that says
 * so. Digits alone are none: most of them are something else. Pure.
 */
export function phonesIn({ words, text }: FieldValue): string[] {
  if (isField(words, phoneWords)) {
    const digits = text.replace(/[ ().\-/]/g, '');
    return /^(?:\+|00)?\d{7,15}$/.test(digits) && text.length <= 25 && new Set(digits).size > 2 ? [text] : [];
  }
  if (isIdOrTime(words)) return [];
  const found = [...text.matchAll(international)].filter((match) => {
    const written = match[0].replace(/^%2B/i, '+');
    const digits = written.replace(/\D/g, '').length;
    const apart = /[ .()/-]/.test(written);
    // +10485760 is a difference; a number of ten digits with a sign hardly is.
    const long = apart ? digits >= 8 : digits >= 10;
    return long && digits <= 15 && !unit.test(text.slice(match.index + match[0].length));
  });
  const labelled = [...text.matchAll(labelledPhone)].map((match) => match[1] ?? '');
  return [...found.map((match) => match[0]), ...labelled.filter((one) => !/^\d{4}-\d\d-\d\d/.test(one))];
}
