import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Gathering, LookFailed } from '../gathering.ts';

/** The client's certificate and key of the settings, PEM texts; none where they name none. Rejects with LookFailed. */
export async function identityFor(
  gathering: Gathering,
  { cert, key }: { cert?: string | undefined; key?: string | undefined },
): Promise<{ cert: string; key: string } | undefined> {
  if (cert === undefined || key === undefined) return undefined;
  const [certificate, privateKey] = await Promise.all([
    pemText(gathering, cert, '-----BEGIN CERTIFICATE-----'),
    pemText(gathering, key, 'PRIVATE KEY-----'),
  ]);
  return { cert: certificate, key: privateKey };
}

async function pemText(gathering: Gathering, file: string, expected: string): Promise<string> {
  const text = await readFile(resolve(gathering.target.base, file), 'utf8').catch(() => '');
  if (text.includes(expected)) return text;
  throw new LookFailed({
    cause: 'malformed',
    because: `${file} cannot be read, or holds no PEM ${expected.includes('KEY') ? 'private key' : 'certificate'}`,
    fix: 'name PEM files in site.cert and site.key; the paths are relative to svcheck.yaml',
    where: file,
  });
}
