import { unbuiltCheck } from '../../src/core/define.ts';

export const https = unbuiltCheck({
  id: 'auth.https',
  item: 'HTTPS enforced (no HTTP)',
  by: ['probe'],
  pass: "plain HTTP is closed or redirects permanently to https on the same host before any content; the certificate verifies (complete chain sent, host name by SAN, key of 2048 or 256 bits, no SHA-1) and has at least min(21 days, a quarter of its lifetime) left; TLS 1.0 and 1.1 are refused by the server's own word; each A and AAAA address answers with the same certificate, status and redirect",
  fail: 'content over HTTP, a redirect to another host first, a certificate that expired, is not valid yet, does not match or does not chain (self-signed, untrusted root, missing intermediate told apart), an old protocol or a null, export, RC4 or anonymous suite accepted, an address that differs',
  warn: 'a temporary redirect only; no TLS 1.3; no CAA record; 3DES or a suite without forward secrecy accepted; an address family that has no route from here; a CDN in front and no site.origin given: the edge only was seen',
});
