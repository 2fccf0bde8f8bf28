import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { describe, expect, it } from 'vitest';
import { flawOf } from '../../checks/email-domain/dkim-faults.ts';
import { isMeantAsKey, parseDkimKey } from '../../src/sources/email/dkim/record.ts';

const mail = ['From: shop@acme.test', 'To: you@other.test', 'Subject: hello', '', 'hello', ''].join('\r\n');
const name = 's._domainkey.acme.test';

interface Pair {
  /** PEM. */
  privateKey: string;
  /** As p= has it. */
  p: string;
}

function rsa(modulusLength: number): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { privateKey: pem, p: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
}

function ed25519(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return {
    privateKey: pem,
    p: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64'),
  };
}

/** Whether mailauth verifies a mail that it signed with the key, where these TXT records stand at the selector. */
async function byMailauth({ privateKey }: Pair, texts: readonly string[]): Promise<boolean> {
  const key = { signingDomain: 'acme.test', selector: 's', privateKey };
  // Its types want the key beside the list, its code wants it in there.
  const options: Parameters<typeof dkimSign>[1] & { signatureData: unknown } = { ...key, signatureData: [key] };
  const { signatures } = await dkimSign(mail, options);
  const { results } = await dkimVerify(signatures + mail, {
    resolver: async (asked) => {
      if (asked === name && texts.length > 0) return texts.map((text) => [text]);
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    },
  });
  return results[0]?.status.result === 'pass';
}

function bySvcheck(texts: readonly string[]): boolean {
  const [text] = texts;
  const parsed = text === undefined || texts.length > 1 ? { record: null, problem: null } : parseDkimKey(text);
  const answer = { selector: 's', source: '', named: true, name, because: '', aliases: [], texts: [...texts] };
  const outcome = text === undefined ? ('nxdomain' as const) : ('ok' as const);
  return flawOf({ ...answer, outcome, count: texts.length, meant: texts.some(isMeantAsKey), ...parsed }, 1024) === null;
}

const big = rsa(2048);
const small = rsa(1024);
const short = rsa(768);
const edwards = ed25519();

describe('mailauth verifies what svcheck passes, and no more', () => {
  it.each<[string, Pair, readonly string[], boolean]>([
    ['RSA 2048', big, [`v=DKIM1; k=rsa; p=${big.p}`], true],
    ['RSA 1024', small, [`v=DKIM1; p=${small.p}`], true],
    ['RSA 768', short, [`v=DKIM1; p=${short.p}`], false],
    ['Ed25519', edwards, [`v=DKIM1; k=ed25519; p=${edwards.p}`], true],
    ['Ed25519 as RSA', edwards, [`v=DKIM1; k=rsa; p=${edwards.p}`], false],
    ['RSA as Ed25519', big, [`v=DKIM1; k=ed25519; p=${big.p}`], false],
    ['white space in the key', big, [`v=DKIM1; p=${big.p.replace(/(.{50})/g, '$1 ')}`], true],
    ['unknown tags and notes', big, [`v=DKIM1; n=hello; x=y; p=${big.p}`], true],
    ['the flags', big, [`v=DKIM1; t=y:s; p=${big.p}`], true],
    ['no v=', big, [`k=rsa; p=${big.p}`], true],
    ['another v=', big, [`v=DKIM2; p=${big.p}`], false],
    ['revoked', big, ['v=DKIM1; p='], false],
    ['no p=', big, ['v=DKIM1; k=rsa'], false],
    ['half a key', big, [`v=DKIM1; p=${big.p.slice(0, 120)}`], false],
    ['no base64', big, ['v=DKIM1; p=!!!'], false],
    ['no record', big, [], false],
  ])('%s', async (_what, pair, texts, expected) => {
    expect(bySvcheck(texts)).toBe(expected);
    expect(await byMailauth(pair, texts)).toBe(expected);
  });
});

/** Each is a record that RFC 6376 forbids, or leaves undefined, and that mailauth takes. */
describe('where mailauth takes more than the RFC', () => {
  it.each<[string, readonly string[]]>([
    // Section 3.6.1: "This tag MUST be the first tag in the record."
    ['v= behind another tag', [`k=rsa; v=DKIM1; p=${big.p}`]],
    // Section 3.2: "if a tag name does occur more than once, the entire tag-list is invalid".
    ['a tag that stands twice', [`v=DKIM1; k=rsa; k=rsa; p=${big.p}`]],
    // Section 3.6.1: the version is compared as a string.
    ['the version in small letters', [`v=dkim1; p=${big.p}`]],
    // Section 3.6.1: s= names the services that the key is for.
    ['a key for another service', [`v=DKIM1; s=tlsrpt; p=${big.p}`]],
    // Section 3.6.2.2: several records give undefined results; mailauth takes the first.
    ['several records', [`v=DKIM1; p=${big.p}`, 'v=DKIM1; p=']],
    // Section 3.6.1: h= names the hash algorithms that are accepted.
    ['a key for SHA-1 only', [`v=DKIM1; h=sha1; p=${big.p}`]],
  ])('%s', async (_what, texts) => {
    expect(bySvcheck(texts)).toBe(false);
    expect(await byMailauth(big, texts)).toBe(true);
  });

  it('and less: the bare RSAPublicKey that section 3.6.1 describes', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pair = { privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), p: '' };
    const texts = [`v=DKIM1; p=${publicKey.export({ format: 'der', type: 'pkcs1' }).toString('base64')}`];
    expect(bySvcheck(texts)).toBe(true);
    expect(await byMailauth(pair, texts)).toBe(false);
  });
});
