import type { TlsEndpoint } from '../../facts/tls.ts';
import { weakFamilies } from '../../facts/tls.ts';
import { ask, type Reply } from './ask.ts';
import type { Dial } from './dial.ts';
import type { Version } from './hello.ts';
import { allSuites, type Family, suitesOf, tls13Suites, weakSuite } from './suites.ts';

type Protocols = NonNullable<TlsEndpoint['protocols']>;
type Weak = NonNullable<TlsEndpoint['weak']>;

/** How many handshakes may still be made with a host: every one is work for it. */
export class Handshakes {
  readonly #most: number;
  #made = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get made(): number {
    return this.#made;
  }

  get left(): number {
    return this.#most - this.#made;
  }

  /** For a connection that did not come about: nobody had work with it. */
  giveBack(): void {
    this.#made -= 1;
  }

  /** @returns false when the budget is used up */
  take(): boolean {
    if (this.left <= 0) return false;
    this.#made += 1;
    return true;
  }
}

/** Where to ask, and what for. */
export interface Place {
  dial: Dial;
  /** Null for an IP address. */
  servername: string | null;
  /** What is spoken there, by its ALPN names. */
  alpn: readonly string[];
  handshakes: Handshakes;
  /** Runs a handshake when its turn has come. */
  queue<T>(task: () => Promise<T>): Promise<T>;
  /** The time that one handshake may take, from now. */
  span(): AbortSignal;
}

/** Which of these versions the server agrees to, and the chain as a TLS 1.2 handshake shows it. */
export async function askVersions(
  place: Place,
  versions: readonly Version[],
): Promise<{ protocols: Protocols; certificates: Buffer[] | null }> {
  const none = { answer: 'not-asked', said: '' } as const;
  const protocols: Protocols = { TLSv1: none, 'TLSv1.1': none, 'TLSv1.2': none, 'TLSv1.3': none };
  let certificates: Buffer[] | null = null;
  await Promise.all(
    versions.map(async (version) => {
      const suites = version === 'TLSv1.3' ? tls13Suites : allSuites;
      const reply = await handshake(place, version, suites, 'version');
      if (!reply) return;
      protocols[version] = { answer: reply.answer, said: reply.said };
      if (version === 'TLSv1.2') certificates = reply.certificates;
    }),
  );
  return { protocols, certificates };
}

/** One handshake within the budget; asked once more where nothing clear came of it. Null when the budget is used up. */
async function handshake(
  place: Place,
  version: Version,
  suites: readonly number[],
  about: 'version' | 'suites',
): Promise<Reply | null> {
  if (!place.handshakes.take()) return null;
  const hello = { version, servername: place.servername, suites, alpn: place.alpn };
  const once = () => place.queue(() => ask(place.dial, hello, about, place.span()));
  const first = await once();
  const clear = first.answer === 'accepted' || first.answer === 'refused';
  return clear || !place.handshakes.take() ? first : once();
}

const broken: readonly Family[] = ['null', 'anonymous', 'export', 'rc4'];

/**
 * Which families of weak suites the server agrees to, in TLS 1.2 or, where it chooses so, an older version. The broken ones
 * share one offer: the server picks one of them, and the others are offered again without it as far as the budget goes.
 */
export async function askWeak(place: Place): Promise<Weak> {
  const [found, ...single] = await Promise.all([
    askBroken(place),
    askFamilies(place, ['3des']),
    askFamilies(place, ['no-forward-secrecy']),
  ]);
  const all = [...found, ...single.flat()];
  return weakFamilies.flatMap((family) => all.filter((one) => one.family === family));
}

async function askBroken(place: Place): Promise<Weak> {
  const found: Weak = [];
  for (let left = [...broken]; left.length > 0; ) {
    const offers = await askFamilies(place, left);
    const accepted = offers.find((one) => one.answer === 'accepted');
    if (!accepted) return [...found, ...offers];
    found.push(accepted);
    left = left.filter((family) => family !== accepted.family);
  }
  return found;
}

async function askFamilies(place: Place, asked: readonly Family[]): Promise<Weak> {
  const reply = await handshake(place, 'TLSv1.2', suitesOf(...asked), 'suites');
  const chosen = reply?.suite ? weakSuite(reply.suite) : null;
  return asked.map((family) => {
    if (!reply) return { family, answer: 'not-asked', said: '', suite: null };
    if (!chosen) return { family, answer: reply.answer, said: reply.said, suite: null };
    return chosen.family === family
      ? { family, answer: 'accepted', said: reply.said, suite: chosen.name }
      : { family, answer: 'not-asked', said: '', suite: null };
  });
}
