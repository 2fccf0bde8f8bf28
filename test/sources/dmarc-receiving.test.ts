import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../../fixtures/servers/certificates.ts';
import { type DnsBehaviour, type DnsZone, startDns } from '../../fixtures/servers/dns.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import type { Facts } from '../../src/facts/index.ts';
import {
  coversMx,
  parseStsPolicy,
  parseTlsRpt,
  stsRecordProblem,
  withVersion,
} from '../../src/sources/email/transport-policy/grammar.ts';
import { receiving } from '../../src/sources/email/transport-policy/gather.ts';
import { stsPolicy } from '../../src/sources/email/transport-policy/policy.ts';
import { storeFor, targetOf } from '../support/gathering.ts';
import { answerTo, asking, serveBytes } from './dns-gathering.ts';
import { gathering, later, listen } from './http-gathering.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Time-outs are waited for, the rest may take its time. */
const isSilent = (behaviours: Record<string, DnsBehaviour>): boolean =>
  Object.values(behaviours).some((one) => one === 'drop' || one === 'garbage');

interface Look {
  zone: DnsZone;
  behaviours?: Record<string, DnsBehaviour>;
  authenticated?: boolean;
}

async function look({ zone, behaviours = {}, authenticated = false }: Look) {
  const dns = await startDns({ zone, behaviours, authenticated });
  stops.push(() => dns.stop());
  const settings = { dns: { servers: [dns.address] }, email: { domain: 'acme.test' } };
  const store = storeFor({ settings, limits: { timeoutMs: isSilent(behaviours) ? 2500 : 10_000 } });
  stops.push(() => store.close());
  return store.get('email.receiving');
}

async function factOf(options: Look): Promise<Facts['email.receiving']> {
  const found = await look(options);
  if (found.state !== 'known') throw new Error(found.because);
  return found.value;
}

const soa = { SOA: 'ns.acme.test hostmaster.acme.test 1 7200 900 1209600 300' };

describe('how a domain receives', () => {
  it('by its MX records', async () => {
    const fact = await factOf({ zone: { 'acme.test': { MX: ['10 mx1.acme.test', '20 mx2.acme.test'] } } });
    expect(fact).toMatchObject({
      mx: [
        { priority: 10, host: 'mx1.acme.test' },
        { priority: 20, host: 'mx2.acme.test' },
      ],
      nullMx: false,
      mtaSts: { count: 0, policy: null },
      tlsRpt: { count: 0 },
      unseen: [],
    });
  });
  it('not at all, and says so', async () => {
    expect(await factOf({ zone: { 'acme.test': { MX: '0 .' } } })).toMatchObject({
      nullMx: true,
      mtaSts: null,
      tlsRpt: null,
    });
  });
  it('by its addresses, for want of MX records', async () => {
    expect(await factOf({ zone: { 'acme.test': { A: '192.0.2.1', AAAA: '2001:db8::1' } } })).toMatchObject({
      mx: [],
      nullMx: false,
      addresses: ['192.0.2.1', '2001:db8::1'],
      mtaSts: null,
    });
  });
  it('is not known without an answer about MX', async () => {
    expect(await look({ zone: {}, behaviours: { 'acme.test/MX': 'refused' } })).toMatchObject({
      state: 'unreachable',
      cause: 'dns',
    });
    expect(await look({ zone: {}, behaviours: { 'acme.test/MX': 'drop' } })).toMatchObject({
      state: 'unreachable',
      cause: 'timeout',
    });
  });
  it('names what else had no answer', async () => {
    const behaviours = { '_mta-sts.acme.test': 'refused', '_smtp._tls.acme.test': 'servfail' } as const;
    const fact = await factOf({ zone: { 'acme.test': { MX: '10 mx.acme.test' } }, behaviours });
    expect(fact).toMatchObject({
      mtaSts: null,
      tlsRpt: null,
      unseen: [expect.stringContaining('_mta-sts'), expect.stringContaining('_smtp')],
    });
  });
});

describe('whether the zone is signed', () => {
  const zone = { 'acme.test': { ...soa, MX: '10 mx.acme.test' }, test: soa };
  it('by the word of a resolver that validates', async () => {
    expect(await factOf({ zone, authenticated: true })).toMatchObject({ signed: true });
  });
  it('is not known of one that does not', async () => {
    expect(await factOf({ zone })).toMatchObject({ signed: null });
  });
  it('is not known without an answer', async () => {
    expect(await factOf({ zone, authenticated: true, behaviours: { 'acme.test/SOA': 'servfail' } })).toMatchObject({
      signed: null,
    });
  });
  it('is denied by a resolver that vouches for the top-level domain only', async () => {
    const AD = 0x0020;
    const top = Buffer.from('\u0004test\u0000', 'latin1');
    const { address } = await serveBytes((query) => {
      const isTop = query.subarray(12, 12 + top.length).equals(top);
      return [answerTo(query, [], { flags: 0x8180 | (isTop ? AD : 0) })];
    });
    const target = targetOf({ settings: { dns: { servers: [address] }, email: { domain: 'acme.test' } } });
    expect(await receiving.gather({ ...asking([address]), target })).toMatchObject({ value: { signed: false } });
  });
});

describe('the records', () => {
  it('of MTA-STS begin with their version (RFC 8461 section 3.1)', () => {
    const texts = ['v=STSv1; id=1', 'v=STSv1;id=2;', 'v=stsv1; id=3', ' v=STSv1; id=4', 'v=STSv10; id=5', 'hello'];
    expect(withVersion(texts, 'STSv1')).toEqual(texts.slice(0, 2));
  });
  it.each([
    ['v=STSv1; id=20261124T120000', null],
    ['v=STSv1; id=a1; x=y', null],
    ['v=STSv1;', 'it has no id='],
    ['v=STSv1; id=', 'id= must be 1 to 32 letters and digits'],
    ['v=STSv1; id=a-b', 'id= must be 1 to 32 letters and digits'],
    [`v=STSv1; id=${'a'.repeat(33)}`, 'id= must be 1 to 32 letters and digits'],
  ])('%s', (text, problem) => expect(stsRecordProblem(text)).toBe(problem));

  it.each([
    ['v=TLSRPTv1; rua=mailto:t@acme.test', ['mailto:t@acme.test'], null],
    [
      'v=TLSRPTv1;rua=mailto:t@acme.test, https://t.acme.test/v1',
      ['mailto:t@acme.test', 'https://t.acme.test/v1'],
      null,
    ],
    ['v=TLSRPTv1;', [], 'it has no rua='],
    ['v=TLSRPTv1; rua=t@acme.test', ['t@acme.test'], '"t@acme.test" is neither mailto: nor https:'],
    [
      'v=TLSRPTv1; rua=http://t.acme.test',
      ['http://t.acme.test'],
      '"http://t.acme.test" is neither mailto: nor https:',
    ],
  ])('%s (RFC 8460 section 3)', (text, rua, problem) => expect(parseTlsRpt(text)).toEqual({ rua, problem }));

  it('more than one is none', async () => {
    const twice = (text: string) => ({ TXT: [`${text}1`, `${text}2`] });
    const zone = {
      'acme.test': { MX: '10 mx.acme.test' },
      '_mta-sts.acme.test': twice('v=STSv1; id='),
      '_smtp._tls.acme.test': twice('v=TLSRPTv1; rua=mailto:t@acme.test; x='),
    };
    expect(await factOf({ zone })).toMatchObject({
      mtaSts: { count: 2, problem: '_mta-sts.acme.test has 2 records', policy: null },
      tlsRpt: { count: 2, problem: 'there are 2 records' },
    });
  });

  it('one announces a policy, which is fetched', async () => {
    const zone = {
      'acme.test': { MX: '10 mx.acme.test' },
      '_mta-sts.acme.test': { TXT: 'v=STSv1; id=1' },
      'mta-sts.acme.test': { A: '127.0.0.1' },
    };
    const url = 'https://mta-sts.acme.test/.well-known/mta-sts.txt';
    const { mtaSts } = await factOf({ zone });
    expect(mtaSts).toMatchObject({ count: 1, problem: null, policy: { url } });
    const { policy } = (await factOf({ zone: { ...zone, 'mta-sts.acme.test': {} } })).mtaSts ?? {};
    expect(policy).toMatchObject({ url, problem: 'mta-sts.acme.test has no address', unseen: null });
  });
});

const policyText = 'version: STSv1\r\nmode: enforce\r\nmx: mx1.acme.test\r\nmx: *.acme.test\r\nmax_age: 604800\r\n';

describe('a policy (RFC 8461 section 3.2)', () => {
  it('is lines of key and value', () => {
    const expected = { mode: 'enforce', maxAge: 604_800, mx: ['mx1.acme.test', '*.acme.test'], problem: null };
    expect(parseStsPolicy(policyText)).toEqual(expected);
    expect(parseStsPolicy(policyText.replaceAll('\r\n', '\n'))).toEqual(expected);
    expect(parseStsPolicy(`${policyText}mode: none\r\nunknown: x\r\n`)).toEqual(expected);
  });
  it.each([
    ['version', policyText.replace('STSv1', 'STSv2'), 'it has no line version: STSv1'],
    ['mode', policyText.replace('enforce', 'on'), 'mode: is neither enforce, testing nor none'],
    ['max_age', policyText.replace('604800', '31557601'), 'max_age: is no number up to 31557600'],
    ['max_age', policyText.replace('604800', 'week'), 'max_age: is no number up to 31557600'],
    ['mx', policyText.replaceAll(/mx: .*\r\n/g, ''), 'it has no line mx:'],
    ['HTML', '<html>not found</html>', 'it has no line version: STSv1'],
    ['nothing', '', 'it has no line version: STSv1'],
  ])('with a broken %s', (_what, text, problem) => expect(parseStsPolicy(text).problem).toBe(problem));
  it('of mode none needs no mx', () => {
    expect(parseStsPolicy('version: STSv1\nmode: none\nmax_age: 60')).toMatchObject({ mode: 'none', problem: null });
  });
  it.each([
    ['mx.acme.test', 'mx.acme.test', true],
    ['mx.acme.test', 'MX.ACME.test.', true],
    ['*.acme.test', 'mx.acme.test', true],
    ['*.acme.test', 'a.mx.acme.test', false],
    ['*.acme.test', 'acme.test', false],
    ['acme.test', 'mx.acme.test', false],
  ])('%s covers %s: %s', (pattern, host, covers) => expect(coversMx(pattern, host)).toBe(covers));
  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        parseStsPolicy(text);
        parseTlsRpt(text);
        stsRecordProblem(text);
        coversMx(text, text);
      }),
    );
  });
});

const authority = createAuthority({ name: 'Test CA' });

describe('fetching it (RFC 8461 section 3.3)', () => {
  interface Served {
    status?: number;
    type?: string;
    body?: string;
    location?: string;
    trusted?: boolean;
  }

  async function fetched({
    status = 200,
    type = 'text/plain; charset=utf-8',
    body = policyText,
    location,
    trusted = true,
  }: Served) {
    const leaf = (await authority).issue({ names: ['127.0.0.1'] });
    const server = createServer({ cert: leaf.chainPem, key: leaf.keyPem }, (_request, response) => {
      response.writeHead(status, { 'content-type': type, ...(location === undefined ? {} : { location }) });
      response.end(body);
    });
    const folder = temporaryFolder('sts');
    later(() => folder.remove());
    writeFileSync(join(folder.path, 'ca.pem'), (await authority).certPem);
    const url = `https://127.0.0.1:${await listen(server)}/.well-known/mta-sts.txt`;
    const options = trusted ? { ca: 'ca.pem' } : {};
    return stsPolicy(gathering({ base: folder.path }), url, ['mx1.acme.test', 'mx.other.test'], options);
  }

  it('takes a policy, and names the MX hosts that it does not cover', async () => {
    expect(await fetched({})).toMatchObject({
      status: 200,
      mode: 'enforce',
      uncovered: ['mx.other.test'],
      problem: null,
      unseen: null,
    });
  });
  it.each([
    ['a redirect', { status: 301, location: 'https://127.0.0.1/' }, /answers 301, and redirects must not be followed$/],
    ['no such file', { status: 404 }, /answers 404$/],
    ['a page', { type: 'text/html' }, /its type is text\/html, not text\/plain$/],
    ['more than 64 KB', { body: policyText + 'x'.repeat(70_000) }, /larger than 64 KB$/],
    ['a policy that is none', { body: 'hello' }, /has no line version: STSv1$/],
    ['a certificate that does not verify', { trusted: false }, /certificate does not verify/],
  ])('%s is no policy to a sender', async (_what, served, problem) => {
    const policy = await fetched(served);
    expect(policy.problem).toMatch(problem);
    expect(policy.unseen).toBeNull();
  });
  it('nothing that listens may be for us alone', async () => {
    const url = `https://127.0.0.1:${await freePort()}/.well-known/mta-sts.txt`;
    expect(await stsPolicy(gathering(), url, [])).toMatchObject({
      problem: null,
      unseen: expect.stringContaining(url),
    });
  });
});
