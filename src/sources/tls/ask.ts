import type { Socket } from 'node:net';
import { lineOf } from '../errors.ts';
import type { Dial } from './dial.ts';
import { Flight, type ServerWord } from './flight.ts';
import { clientHello, type Hello } from './hello.ts';

/** What a server made of one ClientHello. */
export interface Reply {
  /**
   * accepted: it agreed on what was offered; refused: by an alert that says so, or by agreeing on another version only;
   * closed: without a word; unclear: anything else.
   */
  answer: 'accepted' | 'refused' | 'closed' | 'unclear';
  /** In the protocol's words. */
  said: string;
  /** The suite agreed on. */
  suite: number | null;
  /** The chain as sent, DER, where the server speaks TLS 1.2 or older. */
  certificates: Buffer[] | null;
}

/**
 * Alerts about what was offered, not about how (RFC 8446 section 6.2, RFC 5246 section 7.2.2). OpenSSL says internal_error where
 * a version is configured that its security level forbids (Debian's nginx as installed), and no session comes about.
 */
const refusals = new Set(['protocol_version', 'handshake_failure', 'insufficient_security', 'internal_error']);

/**
 * Sends one ClientHello and reads what comes of it. Never rejects.
 * @param about what is asked: the version, so that an answer in another one refuses it; or the suites, in whatever version
 */
export async function ask(dial: Dial, hello: Hello, about: 'version' | 'suites', signal: AbortSignal): Promise<Reply> {
  let socket: Socket;
  try {
    socket = await dial(signal);
  } catch (error) {
    return { answer: 'unclear', said: lineOf(error), suite: null, certificates: null };
  }
  try {
    return replyTo(hello, about, await exchange(socket, hello, signal));
  } finally {
    socket.destroy();
  }
}

type Heard = ServerWord | { kind: 'closed' | 'reset' | 'silence' };

function exchange(socket: Socket, hello: Hello, signal: AbortSignal): Promise<Heard> {
  return new Promise((resolve) => {
    const flight = new Flight(hello.version === 'TLSv1.2');
    const settle = (heard: Heard) => {
      signal.removeEventListener('abort', late);
      resolve(heard);
    };
    // A hello counts, even where the certificates behind it did not come.
    const over = (kind: 'closed' | 'reset' | 'silence') => settle(flight.end() ?? { kind });
    const late = () => over('silence');
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    socket.on('data', (chunk: Buffer) => {
      const word = flight.push(chunk);
      if (word) settle(word);
    });
    socket.on('end', () => over('closed'));
    socket.on('error', () => over('reset'));
    socket.on('close', () => over('closed'));
    socket.write(clientHello(hello));
  });
}

function replyTo({ version, suites }: Hello, about: 'version' | 'suites', heard: Heard): Reply {
  const none = { suite: null, certificates: null };
  switch (heard.kind) {
    case 'hello': {
      const { certificates, suite } = heard;
      const said = `ServerHello ${heard.version ?? 'of an unknown version'}`;
      const other = heard.version !== version && (about === 'version' || heard.version === null);
      if (other) return { answer: heard.version ? 'refused' : 'unclear', said, ...none };
      return suites.includes(suite)
        ? { answer: 'accepted', said, suite, certificates }
        : { answer: 'unclear', said: `${said} with a suite that was not offered`, ...none };
    }
    case 'alert':
      if (heard.name === 'close_notify') return { answer: 'closed', said: 'alert close_notify', ...none };
      return { answer: refusals.has(heard.name) ? 'refused' : 'unclear', said: `alert ${heard.name}`, ...none };
    case 'closed':
      return { answer: 'closed', said: 'the connection was closed', ...none };
    case 'reset':
      return { answer: 'closed', said: 'the connection was reset', ...none };
    case 'silence':
      return { answer: 'unclear', said: 'no answer in time', ...none };
    case 'garbage':
      return { answer: 'unclear', said: 'bytes that are no TLS', ...none };
  }
}
