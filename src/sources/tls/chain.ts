import { X509Certificate } from 'node:crypto';
import type { TlsEndpoint } from '../../facts/tls.ts';
import { describeCertificate } from './certificate.ts';
import { isSelfSigned, issued, rootsOf } from './defects.ts';

type SentChain = NonNullable<TlsEndpoint['chain']>;

const MAX_CHAIN = 20;

/**
 * What a server sent as its chain, held against what it should send: its own certificate, then each one's issuer, the root
 * left out (RFC 5246 section 7.4.2, RFC 8446 section 4.4.2).
 * @param message DER certificates of a clear Certificate message; null where only the TLS library saw them
 */
export async function describeChain(
  message: readonly Buffer[] | null,
  handedOn: readonly X509Certificate[],
  roots: readonly string[],
): Promise<SentChain | null> {
  const sent = message?.map(certificateOf) ?? handedOn;
  const certificates = sent.slice(0, MAX_CHAIN).filter((one) => one !== null);
  if (certificates.length === 0) return null;
  return {
    certificates: await Promise.all(certificates.map(describeCertificate)),
    problems: problemsOf(certificates, rootsOf(roots)),
    read: message ? 'message' : 'library',
  };
}

function certificateOf(der: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(der);
  } catch {
    return null;
  }
}

function problemsOf(sent: readonly X509Certificate[], { helpers }: ReturnType<typeof rootsOf>): SentChain['problems'] {
  const problems: SentChain['problems'] = [];
  const path = wayUp(sent);
  const top = path.at(-1);
  // Whoever has not that intermediate among their roots cannot complete the chain.
  if (top && !isSelfSigned(top) && helpers.some((one) => issued(one, top))) problems.push('missing-intermediate');
  const places = path.map((one) => sent.indexOf(one));
  if (places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0))) problems.push('out-of-order');
  if (sent.some((one) => !path.includes(one))) problems.push('unneeded');
  if (path.length > 1 && path.some(isSelfSigned)) problems.push('root-sent');
  return problems;
}

function wayUp(sent: readonly X509Certificate[]): X509Certificate[] {
  const path: X509Certificate[] = [];
  for (let top = sent[0]; top && !path.includes(top); ) {
    const at = top;
    path.push(at);
    top = isSelfSigned(at) ? undefined : sent.find((one) => one !== at && issued(one, at));
  }
  return path;
}
