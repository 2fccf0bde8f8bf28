import type { Socket } from 'node:net';

export interface Head {
  status: number;
  /** In their order, names in lower case. */
  headers: [name: string, value: string][];
}

/** One answer's head, or what came in place of it. */
export type Heard = { kind: 'head'; head: Head } | { kind: 'closed' | 'reset' | 'silence' | 'garbage' };

const MAX_HEAD = 64 * 1024;
const MAX_VALUE = 2000;

/**
 * A GET on an open connection, its answer read to the end of the head and no further. Never rejects; ends the connection.
 * @param target what stands after GET: the path, or the whole address for a proxy
 * @param more header lines besides
 */
export function headOver(
  socket: Socket,
  { host, target, version, more = '' }: { host: string; target: string; version: string; more?: string },
  signal: AbortSignal,
): Promise<Heard> {
  return new Promise((resolve) => {
    let text = '';
    const settle = (heard: Heard) => {
      signal.removeEventListener('abort', late);
      socket.destroy();
      resolve(heard);
    };
    const late = () => settle({ kind: 'silence' });
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    socket.on('error', () => settle({ kind: 'reset' }));
    socket.on('end', () => settle({ kind: text === '' ? 'closed' : 'garbage' }));
    socket.on('close', () => settle({ kind: text === '' ? 'closed' : 'garbage' }));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const heard = read(text);
      if (heard) settle(heard);
    });
    socket.write(
      `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: svcheck/${version}\r\n` +
        `Accept: text/html, */*\r\nConnection: close\r\n${more}\r\n`,
    );
  });
}

const statusLine = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r?\n/;
const headEnd = /\r?\n\r?\n/;

/** @returns null until the head is whole; interim answers (RFC 9110 section 15.2) are passed over */
function read(text: string): Heard | null {
  for (let rest = text; ; ) {
    const first = rest.slice(0, 9);
    if (first !== 'HTTP/1.1 '.slice(0, first.length) && first !== 'HTTP/1.0 '.slice(0, first.length)) {
      return { kind: 'garbage' };
    }
    const end = headEnd.exec(rest);
    if (!end) return text.length > MAX_HEAD ? { kind: 'garbage' } : null;
    const status = statusLine.exec(rest)?.[1];
    if (status === undefined) return { kind: 'garbage' };
    if (!status.startsWith('1')) return { kind: 'head', head: headOf(Number(status), rest.slice(0, end.index)) };
    rest = rest.slice(end.index + end[0].length);
  }
}

function headOf(status: number, head: string): Head {
  const lines = head.split(/\r?\n/).slice(1);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [
      line.slice(0, colon).toLowerCase(),
      line
        .slice(colon + 1)
        .trim()
        .slice(0, MAX_VALUE),
    ];
  });
  return { status, headers };
}

export function headerOf(head: Head, name: string): string | null {
  return head.headers.find(([known]) => known === name)?.[1] ?? null;
}
