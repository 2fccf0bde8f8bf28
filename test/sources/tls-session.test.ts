import { createServer as createHttp } from 'node:http';
import { connect } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { rootCertificates } from 'node:tls';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type Certificate, createAuthority, selfSigned } from '../../fixtures/servers/certificates.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { certify } from '../../fixtures/servers/x509.ts';
import { startBlackhole, startGarbage, startReset, startSilent, startSlow } from '../../fixtures/servers/tcp.ts';
import { openTls, rootsFor } from '../../src/sources/tls/session.ts';
import { asking, later, listen } from './dns-gathering.ts';

const day = (days: number) => new Date(Date.now() + days * 86_400_000);
const host = 'app.acme.test';

function organisation(o: string, cn: string): { name: string; value: string }[] {
  return [
    { name: 'organizationName', value: o },
    { name: 'commonName', value: cn },
  ];
}

/** RFC 5280 section 4.2.2.1: id-ad-caIssuers with an address. */
function authorityInformation(): object {
  const { asn1 } = forge;
  // [6] uniformResourceIdentifier (RFC 5280 section 4.2.1.6): the number that is OBJECT IDENTIFIER in the universal class.
  const url = asn1.create(asn1.Class.CONTEXT_SPECIFIC, asn1.Type.OID, false, 'http://r11.i.acme.test/');
  const oid = asn1.oidToDer('1.3.6.1.5.5.7.48.2').getBytes();
  const access = [asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, oid), url];
  const list = [asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, access)];
  const whole = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, list);
  return { id: '1.3.6.1.5.5.7.1.1', value: asn1.toDer(whole).getBytes() };
}

let root: Authority;
let issuing: Authority;
let stranger: Authority;
let good: Certificate;
beforeAll(async () => {
  root = await createAuthority({ name: 'Acme Root CA' });
  issuing = root.intermediate({ name: 'Acme Issuing CA' });
  stranger = await createAuthority({ name: 'Stranger Root CA' });
  good = issuing.issue({ names: [host, '*.wild.acme.test', '127.0.0.1', '::1'] });
});

async function session(
  cert: string,
  key: string,
  {
    ca = [root.certPem],
    servername = host,
    ...more
  }: {
    ca?: string[];
    servername?: string;
    server?: TlsOptions;
    client?: { cert: string; key: string };
  } = {},
) {
  const port = await listen(createServer({ cert, key, ...more.server }).on('tlsClientError', () => {}));
  const options = { address: '127.0.0.1', port, servername, ca, signal: AbortSignal.timeout(10_000), ...more.client };
  const opened = await openTls(options);
  opened.socket.destroy();
  return opened.session;
}

describe('a certificate that verifies', () => {
  it('is described', async () => {
    const seen = await session(good.chainPem, good.keyPem);
    expect(seen).toMatchObject({ protocol: 'TLSv1.3', verified: true, defects: [], detail: '' });
    expect(seen.cipher).toMatch(/^TLS_/);
    expect(seen.certificate).toMatchObject({
      subject: `CN=${host}`,
      issuer: 'CN=Acme Issuing CA',
      names: [host, '*.wild.acme.test', '127.0.0.1', '0:0:0:0:0:0:0:1'],
      keyType: 'rsa',
      bits: 2048,
      signature: 'sha256WithRSAEncryption',
      selfIssued: false,
      fingerprint256: new X509Certificate(good.certPem).fingerprint256,
    });
    expect(Date.parse(seen.certificate?.notAfter ?? '')).toBe(Date.parse(new X509Certificate(good.certPem).validTo));
  });

  it('of strange names is read as it is', async () => {
    const names = ['a, DNS:evil.test', 'quo"te.test', 'plain.test', '\u001b[31m.test', 'http://x/DNS:y'];
    const strange = root.issue({ names });
    const seen = await session(strange.chainPem, strange.keyPem, { servername: 'evil.test' });
    expect(seen.certificate?.names).toEqual(names);
    expect(seen.defects).toEqual(['wrong-name']);
    const many = root.issue({ names: Array.from({ length: 300 }, (_, at) => `n${at}.acme.test`) });
    expect(
      (await session(many.chainPem, many.keyPem, { servername: 'n299.acme.test' })).certificate?.names,
    ).toHaveLength(100);
  });

  it('with an EC key and a SHA-1 signature is told as such', async () => {
    const ec = root.issue({ names: [host], key: 'ec' });
    expect((await session(ec.chainPem, ec.keyPem)).certificate).toMatchObject({ keyType: 'ec', bits: 256 });
    const old = root.issue({ names: [host], signature: 'sha1', bits: 1024 });
    const server = { ciphers: 'ALL:@SECLEVEL=0' };
    const seen = await session(old.chainPem, old.keyPem, { server });
    expect(seen.certificate).toMatchObject({ bits: 1024, signature: 'sha1WithRSAEncryption' });
  });

  it.each([
    [host, true],
    ['APP.acme.test', true],
    ['app.acme.test.', true],
    ['one.wild.acme.test', true],
    ['wild.acme.test', false],
    ['two.one.wild.acme.test', false],
    ['127.0.0.1', true],
    ['127.0.0.2', false],
    ['::1', true],
    ['[::1]', true],
  ])('for %s: %s', async (servername, verified) => {
    const seen = await session(good.chainPem, good.keyPem, { servername });
    expect(seen).toMatchObject({ verified, defects: verified ? [] : ['wrong-name'] });
  });

  it.each(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const)('over %s', async (version) => {
    const server = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };
    const seen = await session(good.chainPem, good.keyPem, { server });
    expect(seen).toMatchObject({ protocol: version, verified: true });
  });

  it('is shown to a server that asks for one of ours', async () => {
    const ours = root.issue({ names: ['svcheck'] });
    const server = { requestCert: true, ca: root.certPem, maxVersion: 'TLSv1.2' as const };
    const client = { cert: ours.certPem, key: ours.keyPem };
    expect(await session(good.chainPem, good.keyPem, { server, client })).toMatchObject({ verified: true });
    await expect(session(good.chainPem, good.keyPem, { server })).rejects.toMatchObject({ outcome: { cause: 'tls' } });
  });
});

describe('every defect is named', () => {
  const leaf = (from: Authority, more: object = {}) => from.issue({ names: [host], ...more });
  const stale = { notBefore: day(-30), notAfter: day(-1) };

  it.each<[string, string[], () => Promise<[string, string]> | [string, string], RegExp]>([
    ['self-signed', ['self-signed'], async () => pair(await selfSigned({ names: [host] })), /signed by itself/],
    [
      'self-signed and expired',
      ['self-signed', 'expired'],
      async () => pair(await selfSigned({ names: [host], ...stale })),
      /itself; .*expired at/,
    ],
    [
      'self-signed for another',
      ['self-signed', 'wrong-name'],
      async () => pair(await selfSigned({ names: ['x.test'] })),
      /DNS:x\.test/,
    ],
    [
      'a root that is sent and unknown',
      ['unknown-root'],
      () => pair(leaf(stranger), stranger.certPem),
      /ends in Stranger Root CA/,
    ],
    [
      'a root that is not sent and unknown',
      ['unknown-root'],
      () => pair(leaf(stranger)),
      /issuer Stranger Root CA was neither sent/,
    ],
    [
      'the chain of an unknown root',
      ['unknown-root'],
      () => pair(leaf(stranger.intermediate({ name: 'S1' }))),
      /Stranger Root CA was neither/,
    ],
    [
      'a missing intermediate',
      ['missing-intermediate'],
      () => [leaf(issuing).certPem, leaf(issuing).keyPem],
      /issuer Acme Issuing CA was not sent/,
    ],
    ['expired', ['expired'], () => pair(leaf(root, stale)), /certificate of app\.acme\.test expired at/],
    [
      'expired and for another',
      ['expired', 'wrong-name'],
      () => pair(leaf(root, { ...stale, names: ['old.test'] })),
      /expired at .*not for app\.acme\.test: .*old\.test/,
    ],
    [
      'expired, unknown and for another',
      ['unknown-root', 'expired', 'wrong-name'],
      () => pair(leaf(stranger, { ...stale, names: ['x'] })),
      /Stranger/,
    ],
    [
      'not valid yet',
      ['not-yet-valid'],
      () => pair(leaf(root, { notBefore: day(2), notAfter: day(9) })),
      /valid from .* only/,
    ],
    [
      'an intermediate that expired',
      ['expired'],
      () => pair(leaf(root.intermediate({ name: 'Old CA', ...stale }))),
      /certificate of Old CA expired/,
    ],
    ['a common name only', ['wrong-name'], () => pair(leaf(root, { san: false })), /no subject alternative name/],
    [
      'an intermediate that may not issue',
      ['other'],
      () => pair(issuedByLeaf()),
      /no-authority\.test may not issue certificates/,
    ],
  ])('%s', async (_, defects, make, detail) => {
    const [cert, key] = await make();
    const seen = await session(cert, key);
    expect(seen).toMatchObject({ verified: false, defects });
    expect(seen.detail).toMatch(detail);
  });

  const pair = (one: Certificate, more = ''): [string, string] => [one.chainPem + more, one.keyPem];

  /** Signed with the key of a certificate that is no authority's. */
  function issuedByLeaf(): Certificate {
    const above = root.issue({ names: ['no-authority.test'] });
    const privateKey = createPrivateKey(above.keyPem);
    const pairOf = { privateKey, spki: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }) };
    const certPem = certify(forge, { names: [host] }, pairOf, { ...pairOf, name: 'no-authority.test' }, 'leaf');
    return { certPem, keyPem: above.keyPem, chainPem: certPem + above.certPem };
  }

  /** As public authorities issue: the leaf says where its issuer's certificate is to be had, or who issued it. */
  function issuedBy(issuer: { name: string; value: string }[], extensions: object[]): [string, string] {
    const { certPem, keyPem } = root.issue({ names: [host] });
    const certificate = forge.pki.certificateFromPem(certPem);
    certificate.setIssuer(issuer);
    certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }, ...extensions]);
    certificate.sign(forge.pki.privateKeyFromPem(stranger.keyPem), forge.md.sha256.create());
    return [forge.pki.certificateToPem(certificate), keyPem];
  }

  it.each<[string, { name: string; value: string }[], boolean, string]>([
    ['that names where its issuer is to be had', [{ name: 'commonName', value: 'R11' }], true, 'missing-intermediate'],
    ["of a known root's organisation", organisation('Acme Trust', 'A7'), false, 'missing-intermediate'],
    ['of another organisation', organisation('Else Trust', 'A7'), false, 'unknown-root'],
    ['whose issuer calls itself a root', organisation('Acme Trust', 'Acme Root G2'), false, 'unknown-root'],
    ['that tells nothing', [{ name: 'commonName', value: 'R11' }], false, 'unknown-root'],
  ])('a leaf alone %s', async (_, issuer, pointer, defect) => {
    const known = await createAuthority({ name: 'T1' });
    const trusted = forge.pki.certificateFromPem(known.certPem);
    trusted.setSubject(organisation('Acme Trust', 'T1'));
    trusted.setIssuer(organisation('Acme Trust', 'T1'));
    trusted.sign(forge.pki.privateKeyFromPem(known.keyPem), forge.md.sha256.create());
    const [cert, key] = issuedBy(issuer, pointer ? [authorityInformation()] : []);
    const seen = await session(cert, key, { ca: [forge.pki.certificateToPem(trusted)] });
    expect(seen).toMatchObject({ verified: false, defects: [defect] });
  });

  it('a self-signed one that is among the roots has none', async () => {
    const own = await selfSigned({ names: [host] });
    expect(await session(own.certPem, own.keyPem, { ca: [own.certPem] })).toMatchObject({ verified: true });
  });

  it('an intermediate among the roots is no root', async () => {
    const seen = await session(good.certPem, good.keyPem, { ca: [issuing.certPem] });
    expect(seen).toMatchObject({ verified: false, defects: ['unknown-root'] });
    const whole = await session(good.certPem, good.keyPem, { ca: [issuing.certPem, root.certPem] });
    expect(whole).toMatchObject({ verified: true });
  });

  it('a chain out of order, with more than it needs, still verifies', async () => {
    const sent = good.certPem + stranger.certPem + root.certPem + issuing.certPem;
    expect(await session(sent, good.keyPem)).toMatchObject({ verified: true });
  });
});

describe('no session at all', () => {
  const opening = (port: number, ms = 5000) =>
    openTls({ address: '127.0.0.1', port, servername: host, ca: [root.certPem], signal: AbortSignal.timeout(ms) });
  const outcome = (cause: string, because: RegExp) => ({
    outcome: {
      cause,
      because: expect.stringMatching(because) as string,
      where: expect.stringMatching(/^TLS handshake with app\.acme\.test:\d+$/) as string,
    },
  });

  it('a web server without TLS', async () => {
    const port = await listen(createHttp((_, answer) => answer.end('hello')));
    await expect(opening(port)).rejects.toMatchObject(outcome('wrong-protocol', /is not TLS/));
  });

  it.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['Redis', '-ERR Protocol error\r\n'],
    ['PostgreSQL', 'EFATAL\0'],
    ['zeros', '\0'.repeat(500)],
    ['a record without end', Buffer.alloc(60_000, 22)],
  ])('%s', async (_, bytes) => {
    const server = await startGarbage(bytes, { close: false });
    later(() => server.stop());
    await expect(opening(server.port)).rejects.toMatchObject(outcome('wrong-protocol', /is not TLS/));
  });

  it('an alert is said in its own words', async () => {
    const server = await startGarbage(Buffer.from([21, 3, 1, 0, 2, 2, 40]), { close: false });
    later(() => server.stop());
    await expect(opening(server.port)).rejects.toMatchObject(outcome('tls', /alert handshake failure/));
  });

  it('nobody listens', async () => {
    await expect(opening(await freePort())).rejects.toMatchObject(outcome('refused', /refused/));
  });

  it.each(['connect', 'data'] as const)('reset after %s: it may be gone at the next try', async (after) => {
    const server = await startReset({ after });
    later(() => server.stop());
    await expect(opening(server.port)).rejects.toMatchObject({ outcome: { cause: 'reset', transient: true } });
  });

  it('closed without a word', async () => {
    const server = await startGarbage('');
    later(() => server.stop());
    await expect(opening(server.port)).rejects.toMatchObject(outcome('reset', /closed during the TLS handshake/));
  });

  it.each([
    ['a black hole', startBlackhole],
    ['silence', startSilent],
    ['a drip', () => startSlow({ bytes: Buffer.from([22, 3, 3, 0x40, 0]), everyMs: 100, endless: true })],
  ])('%s ends with the time that is given', async (_, start) => {
    const server = await start();
    later(() => server.stop());
    await expect(opening(server.port, 700)).rejects.toMatchObject(outcome('timeout', /in time/));
  });

  it('a time that is over before it begins', async () => {
    await expect(opening(await freePort(), 0)).rejects.toMatchObject({
      outcome: { cause: expect.stringMatching(/timeout|refused/) as string },
    });
  });

  it('on a socket that speaks already', async () => {
    const port = await listen(createServer({ cert: good.chainPem, key: good.keyPem }));
    const socket = connect(port, '127.0.0.1');
    await new Promise((done) => socket.once('connect', done));
    const opened = await openTls({ socket, servername: host, ca: [root.certPem], signal: AbortSignal.timeout(5000) });
    expect(opened.session).toMatchObject({ verified: true });
    expect(opened.chain.map(({ subject }) => subject)).toEqual([`CN=${host}`, 'CN=Acme Issuing CA']);
    opened.socket.destroy();
  });
});

describe('the roots', () => {
  it("are Node's, the distribution's and those of the file, none twice", async () => {
    const folder = temporaryFolder('roots');
    later(() => folder.remove());
    folder.write({ 'certs/ca.pem': `${root.certPem}\r\n${stranger.certPem}${root.certPem}` });
    const { ca } = await rootsFor(asking([], { base: folder.path }), 'certs/ca.pem');
    const none = await rootsFor(asking([], { base: folder.path }));
    expect(ca).toHaveLength(none.ca.length + 2);
    expect(new Set(ca.map((pem) => new X509Certificate(pem).fingerprint256)).size).toBe(ca.length);
    expect(none.ca.length).toBeGreaterThanOrEqual(rootCertificates.length);
  });

  it('are the same list for the same file', async () => {
    const look = asking([]);
    expect((await rootsFor(look)).ca).toBe((await rootsFor(look)).ca);
  });

  it('take a DER file too', async () => {
    const folder = temporaryFolder('roots');
    later(() => folder.remove());
    folder.write({ 'ca.der': new X509Certificate(root.certPem).raw });
    const { ca } = await rootsFor(asking([], { base: folder.path }), 'ca.der');
    expect(ca.some((pem) => new X509Certificate(pem).subject === 'CN=Acme Root CA')).toBe(true);
  });

  it.each([
    ['missing.pem', 'malformed', /CA file missing\.pem does not exist/],
    ['.', 'malformed', /cannot be read \(EISDIR\)/],
    ['text.pem', 'malformed', /holds no certificate/],
    ['empty.pem', 'malformed', /holds no certificate/],
    ['key.pem', 'malformed', /holds no certificate/],
    ['broken.pem', 'malformed', /holds a certificate that cannot be read/],
    ['huge.pem', 'too-large', /larger than 4 MB/],
  ])('a file that cannot be used: %s', async (file, cause, because) => {
    const folder = temporaryFolder('roots');
    later(() => folder.remove());
    folder.write({
      'text.pem': 'ca: certs\n',
      'empty.pem': '',
      'key.pem': root.keyPem,
      'broken.pem': `${root.certPem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      'huge.pem': '',
    });
    truncateSync(join(folder.path, 'huge.pem'), 5 * 1024 * 1024);
    const asked = rootsFor(asking([], { base: folder.path }), file);
    await expect(asked).rejects.toMatchObject({
      outcome: {
        cause,
        where: file,
        because: expect.stringMatching(because) as string,
        fix: expect.stringMatching(/BEGIN CERTIFICATE/) as string,
      },
    });
  });
});
