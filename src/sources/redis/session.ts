import type { Socket } from 'node:net';
import { causeOf, lineOf } from '../errors.ts';
import { mustBeReading } from './commands.ts';
import { encodeCommand, ErrorReply, ProtocolFault, type Reply, ReplyReader } from './resp.ts';

/** Why a session cannot go on; the same words as a connection's outcome, and too-large. */
export type FaultKind = 'reset' | 'timeout' | 'tls' | 'wrong-protocol' | 'too-large';

export class SessionFault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(fault: SessionFault): void;
}

/**
 * One RESP2 session on a socket that is connected already. Only reading commands pass (commands.ts). A client library is not
 * used here: none bounds what a hostile server may send (a length is believed, an array of it allocated), and those send
 * commands of their own (HELLO, CLIENT SETINFO).
 */
export class RedisSession {
  readonly #socket: Socket;
  readonly #reader = new ReplyReader();
  readonly #waiting: Waiting[] = [];
  /** What the server said unasked, as `-DENIED …` on accepting: it answers the first question. */
  #greeting: Reply | undefined;
  #fault: SessionFault | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#end(faultOf(error)));
    socket.on('close', () => this.#end(new SessionFault('reset', 'the connection was closed without an answer')));
  }

  get alive(): boolean {
    return this.#fault === null;
  }

  /** Sends a reading command. @returns its reply, error replies too; rejects with SessionFault */
  async ask(signal: AbortSignal, ...args: readonly string[]): Promise<Reply> {
    mustBeReading(args);
    return this.#send(signal, args);
  }

  /** AUTH, with the user where there is one (Redis 6.0). */
  login(signal: AbortSignal, user: string | null, password: string): Promise<Reply> {
    return this.#send(signal, user === null ? ['AUTH', password] : ['AUTH', user, password]);
  }

  close(): void {
    this.#end(new SessionFault('reset', 'the session was closed'));
  }

  #send(signal: AbortSignal, args: readonly string[]): Promise<Reply> {
    if (this.#greeting !== undefined) {
      const said = this.#greeting;
      this.#greeting = undefined;
      return Promise.resolve(said);
    }
    return new Promise((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      // The answer of a question that nobody waits for any more still takes its turn.
      const stop = () => reject(new SessionFault('timeout', `no answer to ${args[0]} in time`));
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      const done = () => signal.removeEventListener('abort', stop);
      this.#waiting.push({
        resolve(reply) {
          done();
          resolve(reply);
        },
        reject(fault) {
          done();
          reject(fault);
        },
      });
      this.#socket.write(encodeCommand(args));
    });
  }

  #read(chunk: Buffer): void {
    if (this.#fault) return;
    try {
      for (const reply of this.#reader.push(chunk)) {
        const next = this.#waiting.shift();
        if (next) next.resolve(reply);
        else this.#greet(reply);
      }
    } catch (error) {
      this.#end(faultOf(error));
    }
  }

  #greet(reply: Reply): void {
    if (reply instanceof ErrorReply && this.#greeting === undefined) this.#greeting = reply;
    else this.#end(new SessionFault('wrong-protocol', 'it sends what nobody asked for, which Redis does not'));
  }

  #end(fault: SessionFault): void {
    if (this.#fault) return;
    this.#fault = fault;
    this.#socket.destroy();
    for (const waiting of this.#waiting.splice(0)) waiting.reject(fault);
  }
}

function faultOf(error: unknown): SessionFault {
  if (error instanceof ProtocolFault) {
    return new SessionFault(error.kind === 'too-large' ? 'too-large' : 'wrong-protocol', error.message);
  }
  const cause = causeOf(error);
  const kind = cause === 'tls' || cause === 'timeout' ? cause : 'reset';
  return new SessionFault(kind, kind === 'reset' ? 'the connection was reset' : lineOf(error));
}
