import type { Server } from 'node:http';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { afterEach } from 'vitest';
import { z } from 'zod';
import { settingsSchema } from '../../src/config/schema.ts';
import type { Gathering } from '../../src/sources/gathering.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Run after the test, the last one first. */
export const later = (cleanup: () => unknown): void => void cleanups.push(cleanup);

interface GatheringOptions {
  base?: string;
  /** As in svcheck.yaml. */
  settings?: Record<string, unknown>;
  timeoutMs?: number;
}

/** A gathering for tests of a function that sources share; what it opened is closed after the test. */
export function gathering({ base = process.cwd(), settings = {}, timeoutMs = 5000 }: GatheringOptions = {}): Gathering {
  const shared = new Map<string, { value: Promise<unknown>; close(): Promise<void> }>();
  later(() => Promise.all([...shared.values()].map((one) => one.close().catch(() => {}))));
  return {
    target: {
      name: 'test',
      settings: settingsSchema(z.strictObject({})).parse(settings),
      base,
      file: null,
      env: { files: [], entries: new Map() },
      otherEnvs: new Map(),
      live: true,
      allowExec: false,
      trustedHosts: [],
    },
    signal: new AbortController().signal,
    timeoutMs,
    now: new Date(),
    version: '0.0.0-test',
    active: false,
    vantage: 'undeclared',
    fact: () => Promise.reject(new Error('no facts here')),
    share: <T>(name: string, open: () => Promise<T>, close?: (value: T) => Promise<void> | void) => {
      const there = shared.get(name);
      if (there) return there.value as Promise<T>;
      const value = open();
      value.catch(() => shared.delete(name));
      shared.set(name, { value, close: async () => close?.(await value) });
      return value;
    },
    onHost: (_host, task) => task(),
    progress: () => {},
  };
}

/** Listens on a free port of loopback until the test ends, cutting what is open then. */
export async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const open = new Set<Socket>();
  for (const event of ['connection', 'secureConnection']) server.on(event, (socket: Socket) => open.add(socket));
  later(() => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
