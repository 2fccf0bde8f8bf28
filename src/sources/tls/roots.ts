import { X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { type Gathering, LookFailed } from '../gathering.ts';

/** Where distributions keep the roots that their own clients trust: Debian, Fedora and its kin, Alpine and macOS. */
const bundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];
const MAX_BYTES = 4 * 1024 * 1024;
const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * The certificates that a chain may end in: Node's list, the distribution's bundle and the file of the settings (`ca`).
 * The same array for the same file, so that contexts made from it are shared.
 * @param caFile PEM or DER, relative to the settings' folder
 * @returns one PEM certificate an entry, none twice; rejects with LookFailed for a file that cannot be used
 */
export function rootsFor(gathering: Gathering, caFile?: string): Promise<{ ca: string[] }> {
  return gathering.share(`tls roots ${caFile ?? ''}`, async () => {
    const own = caFile === undefined ? [] : await certificatesOf(resolve(gathering.target.base, caFile), caFile);
    return { ca: [...new Set([...rootCertificates, ...(await distributionRoots()), ...own].map(tidy))] };
  });
}

async function distributionRoots(): Promise<string[]> {
  for (const file of bundles) {
    const bytes = await readBounded(file).catch(() => null);
    if (bytes) return bytes.toString('latin1').match(pemBlock) ?? [];
  }
  return [];
}

async function certificatesOf(path: string, file: string): Promise<string[]> {
  let bytes: Buffer | null;
  try {
    bytes = await readBounded(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw code === 'EACCES'
      ? unusable(file, 'may not be read by this user', 'not-permitted')
      : unusable(file, code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(code)})`, 'malformed');
  }
  if (!bytes) throw unusable(file, `is larger than ${MAX_BYTES / 1024 / 1024} MB`, 'too-large');
  const blocks = bytes.toString('latin1').match(pemBlock);
  const certificates = (blocks ?? [bytes]).map((one) => pemOf(one));
  if (certificates.includes(null)) {
    throw unusable(file, blocks ? 'holds a certificate that cannot be read' : 'holds no certificate', 'malformed');
  }
  return certificates.filter((one) => one !== null);
}

function pemOf(certificate: string | Buffer): string | null {
  try {
    return new X509Certificate(certificate).toString();
  } catch {
    return null;
  }
}

/** @returns null for a file beyond the bound */
async function readBounded(path: string): Promise<Buffer | null> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) return Buffer.from(buffer.subarray(0, length));
      length += bytesRead;
      if (length > MAX_BYTES) return null;
    }
  } finally {
    await file.close();
  }
}

/** One spelling of each certificate, so that one that stands in two lists counts once. */
function tidy(pem: string): string {
  const body = pem.replace(/-----[A-Z ]+-----|\s/g, '');
  return `-----BEGIN CERTIFICATE-----\n${(body.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
}

function unusable(file: string, what: string, cause: 'not-permitted' | 'malformed' | 'too-large'): LookFailed {
  const fix = `name a file of PEM certificates (-----BEGIN CERTIFICATE-----) with the CA's root; the path is relative to svcheck.yaml`;
  return new LookFailed({ cause, because: `the CA file ${file} ${what}`, fix, where: file });
}
