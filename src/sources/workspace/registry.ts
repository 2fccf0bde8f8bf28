import { join } from 'node:path';
import type { Target } from '../../config/target.ts';
import { LookFailed } from '../gathering.ts';
import { readText } from './files.ts';
import { type NpmSettings, npmsRegistry, parseNpmrc } from './npmrc.ts';
import { repositoryOf } from './packages.ts';

export interface Registry {
  /** Ends with `/`; holds no credentials. */
  url: URL;
  /** Sent as it is, in `secretHeaders`; null where there is none or it must not go to this host. */
  token: string | null;
  tokenWithheld: boolean;
  /** Scopes whose packages come from another registry. */
  otherScopes: ReadonlySet<string>;
}

/** registry.url, else the repository's .npmrc, else npm's own configuration. @throws LookFailed */
export async function registryOf(target: Target, signal: AbortSignal): Promise<Registry> {
  const set = target.settings.registry;
  const npmrc = parseNpmrc((await readText(join(repositoryOf(target), '.npmrc'), 1024 * 1024)) ?? '');
  const url = addressOf(set?.url ?? npmrc.registry ?? (await npmsRegistry(signal)), set ? 'registry.url' : '.npmrc');
  const token = set?.token ?? null;
  const may = token !== null && mayHaveToken(url, target.trustedHosts);
  return {
    url,
    token: may ? token.reveal() : null,
    tokenWithheld: token !== null && !may,
    otherScopes: new Set(scopesElsewhere(npmrc, url)),
  };
}

function addressOf(text: string, from: string): URL {
  const plain = !text.includes('${') && URL.canParse(text) ? new URL(text) : null;
  if (plain && /^https?:$/.test(plain.protocol)) {
    plain.username = '';
    plain.password = '';
    plain.hash = '';
    plain.search = '';
    if (!plain.pathname.endsWith('/')) plain.pathname += '/';
    return plain;
  }
  throw new LookFailed({
    cause: 'malformed',
    because: `the registry that ${from} names is no address of a registry`,
    fix: 'name it: registry: { url: … } in svcheck.yaml',
    where: from,
  });
}

/** svcheck.yaml comes from the repository: it alone must not be able to say where a token goes. */
function mayHaveToken({ protocol, host, hostname }: URL, trusted: readonly string[]): boolean {
  const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return (protocol === 'https:' || loopback) && trusted.some((one) => one === host || one === hostname);
}

function scopesElsewhere({ scopes }: NpmSettings, url: URL): string[] {
  const same = (text: string) => URL.canParse(text) && new URL(text).host === url.host;
  return [...scopes].filter(([, text]) => !same(text)).map(([scope]) => scope);
}
