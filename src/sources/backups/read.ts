import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Content } from '../../facts/backups.ts';
import { type Recognised, recognise } from './bytes.ts';
import { type Child, type Ended, startChild } from './child.ts';
import { peekInto } from './head.ts';
import { readInto, type Sink } from './sinks.ts';
import { Bytes, outputOf, type Unpacked, unpack } from './unpack.ts';

/** How a backup is to be read. */
export interface Reading {
  path: string;
  /** The command that decrypts it; null where it is not encrypted. */
  decrypt: readonly string[] | null;
  /** Where that command runs. */
  cwd: string;
  pgRestore: string;
  /** Aborted when the time is over: every program that was started is killed. */
  signal: AbortSignal;
}

/** What came of it, without what the audit knows besides. */
export type Outcome = Pick<Content, 'outcome' | 'because' | 'format' | 'databases'> & {
  /** The first tables that a plain dump makes. */
  tables: readonly string[];
  missing: 'pg_restore' | 'zstd' | 'decrypt' | null;
};

const HEAD = 64 * 1024;
const nothing: Omit<Outcome, 'outcome'> = { because: '', format: null, databases: [], tables: [], missing: null };

interface Opened {
  bytes: Bytes;
  command: Child | null;
  close(): Promise<void>;
}

/**
 * The file's bytes, decrypted as they stream by: no copy is written anywhere. The command reads the file itself as its standard
 * input.
 */
async function openBackup({ path, decrypt, cwd }: Reading, signal: AbortSignal): Promise<Opened> {
  if (!decrypt) {
    const file = createReadStream(path, { highWaterMark: 256 * 1024 });
    return { bytes: new Bytes(file as AsyncIterable<Buffer>), command: null, close: async () => void file.destroy() };
  }
  const file: FileHandle = await open(path, 'r');
  const command = startChild(decrypt, { cwd, env: 'own', stdin: file.fd, stdout: 'pipe', signal });
  return { bytes: new Bytes(outputOf(command)), command, close: () => file.close() };
}

/** Reads a backup to its last byte. Rejects as the file system does, and when the signal is aborted. */
export async function readWhole(reading: Reading): Promise<Outcome> {
  return withBackup(reading, async (opened, signal) => {
    const first = await opened.bytes.head(HEAD);
    const outer = recognise(first, opened.bytes.ended);
    const packed = outer.compression === 'gzip' || outer.compression === 'zstd' ? outer.compression : null;
    const unpacked: Unpacked | null = packed && unpack(opened.bytes, packed, signal);
    const bytes = unpacked?.bytes ?? opened.bytes;
    const inner = unpacked ? recognise(await bytes.head(HEAD), bytes.ended) : outer;
    if (inner.kind !== 'dump' || !inner.format) return unknown(opened, unpacked, outer);
    const sink = await readInto(bytes, inner.format, reading.pgRestore, signal);
    return conclude(inner.format, sink, (await unpacked?.fault()) ?? null, await endOf(opened));
  });
}

/** Reads as far as it takes to say which database it holds. As `readWhole`, and `sound` says less. */
export async function readHead(reading: Reading): Promise<Outcome> {
  return withBackup(reading, async (opened, signal) => {
    const first = await opened.bytes.head(HEAD);
    const { head } = await peekInto(opened.bytes, recognise(first, opened.bytes.ended), signal);
    if (head.kind !== 'dump') return unknown(opened, null, head);
    const databases = head.databases.map((name) => ({ name, tables: head.tables }));
    return { ...nothing, outcome: 'sound', format: head.format, databases };
  });
}

async function withBackup(reading: Reading, read: (opened: Opened, signal: AbortSignal) => Promise<Outcome>) {
  const stop = new AbortController();
  const signal = AbortSignal.any([reading.signal, stop.signal]);
  const opened = await openBackup(reading, signal);
  try {
    const outcome = await read(opened, signal);
    reading.signal.throwIfAborted();
    return outcome;
  } finally {
    stop.abort();
    await opened.close();
  }
}

/** The command's end, the rest of its output taken off; for a file that needs none, a good one. */
async function endOf({ bytes, command }: Opened): Promise<Ended> {
  if (!command) return { code: 0, missing: false, said: '' };
  for await (const _ of bytes) continue;
  return command.ended;
}

const wrongKey =
  /no identity matched|no secret key|no such identity|bad (?:passphrase|session key)|incorrect passphrase/i;

/** No dump came out: with a command, its end tells whether that is its own doing. */
async function unknown(opened: Opened, unpacked: Unpacked | null, told: Recognised): Promise<Outcome> {
  const fault = unpacked && (await drain(unpacked));
  if (fault) return { ...nothing, outcome: 'damaged', because: fault };
  const inside =
    told.compression && !unpacked ? `compressed by ${told.compression}, which is not unpacked here` : told.kind;
  if (!opened.command)
    return { ...nothing, outcome: 'unknown', because: `its bytes are no dump of PostgreSQL (${inside})` };
  const { code, missing, said } = await endOf(opened);
  if (missing)
    return { ...nothing, outcome: 'undecrypted', because: 'the command cannot be started', missing: 'decrypt' };
  if (code === 0 && told.kind !== 'binary') {
    return { ...nothing, outcome: 'unknown', because: `what the command gives is no dump of PostgreSQL (${inside})` };
  }
  const ended =
    code === 0 ? 'what the command gives is no dump of PostgreSQL' : `the command ended with ${code ?? 'a signal'}`;
  const because = said ? `${ended}: ${said}` : ended;
  return { ...nothing, outcome: wrongKey.test(said) ? 'wrong-key' : 'undecrypted', because };
}

async function drain({ bytes, fault }: Unpacked): Promise<string | null> {
  for await (const _ of bytes) continue;
  return fault();
}

/** The first link of the chain that broke is what was wrong; what comes after it only shows the consequence. */
function conclude(format: Outcome['format'], sink: Sink, packing: string | null, command: Ended): Outcome {
  const { databases, tables } = sink;
  const told = { ...nothing, format, databases: databases.slice(0, 50), tables };
  if (sink.missing)
    return { ...told, outcome: 'unread', because: 'pg_restore cannot be started', missing: 'pg_restore' };
  if (sink.unsupported) return { ...told, outcome: 'unsupported', because: sink.fault ?? '' };
  const fault = packing ?? sink.fault;
  // A program whose output nobody takes any more ends badly too: then what follows it was broken first.
  if (command.code !== 0 && !(packing && !/end of file|premature/.test(packing))) {
    const because = `the decrypt command ended with ${command.code ?? 'a signal'}${command.said ? `: ${command.said}` : ''}`;
    return { ...told, outcome: 'damaged', because };
  }
  return { ...told, outcome: fault ? 'damaged' : 'sound', because: fault ?? '' };
}
