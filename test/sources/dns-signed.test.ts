import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KnotServer, startKnot } from '../../fixtures/servers/knot.ts';
import { startUnbound, type UnboundServer } from '../../fixtures/servers/unbound.ts';
import { query } from '../../src/sources/dns/client.ts';
import { asking } from './dns-gathering.ts';

const strings = (text: string) => (text.match(/.{1,255}/g) ?? []).map((part) => `"${part}"`).join(' ');
const long = `v=DKIM1; p=${'A'.repeat(1800)}`;
const records = `
@ TXT "v=spf1 -all"
www A 127.0.0.9
alias CNAME www
away CNAME www.plain.test.
mail._domainkey TXT ${strings(long)}
escaped TXT "a\\"b\\\\c;d\\000\\027[31m\\200" "second"
`;
const plain = `www A 127.0.0.8\nmail._domainkey TXT ${strings(long)}`;

let knot: KnotServer;
/** The same zone under the same signatures, one record of which has been changed since. */
let forged: KnotServer;
let unbound: UnboundServer;

beforeAll(async () => {
  knot = await startKnot({ 'signed.test': { records, signed: true }, 'plain.test': { records: plain } });
  const changed = knot.text('signed.test').replace('127.0.0.9', '127.0.0.66');
  forged = await startKnot({ 'signed.test': { records: changed, whole: true } });
  unbound = await startUnbound({
    zones: { 'signed.test': knot.address, 'plain.test': knot.address },
    trustAnchors: [knot.trustAnchor('signed.test')],
  });
});
afterAll(async () => {
  await Promise.all([knot, forged, unbound].map((server) => server.stop()));
});

describe('a name server that is responsible: Knot DNS', () => {
  it('cuts an answer of 1.8 KB by UDP and gives it whole by TCP', async () => {
    const result = await query(asking([knot.address]), 'mail._domainkey.plain.test', 'TXT');
    expect(result).toMatchObject({ outcome: 'ok', tcp: true, ad: false });
    expect(result.answers).toMatchObject([{ strings: { length: 8 } }]);
    expect(result.answers.map((one) => (one.type === 'TXT' ? one.strings.join('') : null))).toEqual([long]);
  });

  it.each([
    ['www.signed.test', 'A', { outcome: 'ok', answers: [{ address: '127.0.0.9' }] }],
    ['alias.signed.test', 'A', { outcome: 'ok', aliases: ['www.signed.test'], answers: [{ address: '127.0.0.9' }] }],
    ['away.signed.test', 'A', { outcome: 'ok', aliases: ['www.plain.test'], answers: [{ address: '127.0.0.8' }] }],
    ['gone.signed.test', 'A', { outcome: 'nxdomain', rcode: 3 }],
    ['www.signed.test', 'MX', { outcome: 'nodata', rcode: 0 }],
    ['_domainkey.signed.test', 'TXT', { outcome: 'nodata', rcode: 0 }],
    ['www.elsewhere.test', 'A', { outcome: 'refused', rcode: 5 }],
  ] as const)('%s %s', async (name, type, expected) => {
    expect(await query(asking([knot.address]), name, type)).toMatchObject({ ...expected, ad: false, tcp: false });
  });

  it('gives control characters and escapes as the bytes that they stand for', async () => {
    const { answers } = await query(asking([knot.address]), 'escaped.signed.test', 'TXT');
    expect(answers).toMatchObject([{ strings: ['a"b\\c;d\u0000\u001b[31m\ufffd', 'second'] }]);
  });
});

describe('a resolver that validates: Unbound', () => {
  it.each([
    ['www.signed.test', 'A', 'ok'],
    ['alias.signed.test', 'A', 'ok'],
    ['mail._domainkey.signed.test', 'TXT', 'ok'],
    ['gone.signed.test', 'A', 'nxdomain'],
    ['www.signed.test', 'MX', 'nodata'],
  ] as const)('vouches for %s %s: %s', async (name, type, outcome) => {
    expect(await query(asking([unbound.address]), name, type)).toMatchObject({ outcome, ad: true });
  });

  it.each([
    ['www.plain.test', 'A'],
    ['mail._domainkey.plain.test', 'TXT'],
    ['away.signed.test', 'A'],
  ] as const)('does not vouch for %s %s, which is not signed or leads out of what is', async (name, type) => {
    expect(await query(asking([unbound.address]), name, type)).toMatchObject({ outcome: 'ok', ad: false });
  });

  it('has no answer where a signature is broken, and one for what is whole beside it', async () => {
    const wary = await startUnbound({
      zones: { 'signed.test': forged.address },
      trustAnchors: [knot.trustAnchor('signed.test')],
    });
    try {
      const broken = await query(asking([wary.address]), 'www.signed.test', 'A');
      expect(broken).toMatchObject({ outcome: 'servfail', rcode: 2, answers: [], ad: false });
      expect(broken.because).toMatch(/^www\.signed\.test A at .*: SERVFAIL$/);
      const whole = await query(asking([wary.address]), 'signed.test', 'TXT');
      expect(whole).toMatchObject({ outcome: 'ok', ad: true });
      expect(wary.log()).toMatch(/validation failure <www\.signed\.test\. A IN>/);
    } finally {
      await wary.stop();
    }
  });

  it('nobody validates the forged answer without the anchor: it passes, unvouched', async () => {
    expect(await query(asking([forged.address]), 'www.signed.test', 'A')).toMatchObject({
      outcome: 'ok',
      ad: false,
      answers: [{ address: '127.0.0.66' }],
    });
  });
});
