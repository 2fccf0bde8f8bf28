import { setTimeout as sleep } from 'node:timers/promises';
import { lineOf } from '../errors.ts';
import { LookFailed } from '../gathering.ts';
import { nameOf } from './dial.ts';
import type { Opened } from './open.ts';

const LOCK_TIMEOUT_MS = 1000;
const CLOSE_MS = 500;

/** The audit's one session: looks take turns on it. */
export class Session {
  readonly opened: Opened;
  readonly #statementMs: number;
  #turn: Promise<unknown> = Promise.resolve();
  ended = false;

  constructor(opened: Opened, statementMs: number) {
    this.opened = opened;
    this.#statementMs = statementMs;
    opened.client.on('end', () => void (this.ended = true));
  }

  get where(): string {
    return nameOf(this.opened.host);
  }

  /**
   * The rows of the last statement, from a READ ONLY transaction of its own. SET LOCAL: a pooler would keep a session's settings. The
   * search_path keeps functions of the same names in the application's schemas from being called.
   * Rejects with LookFailed, cause not-permitted for SQLSTATE 42501.
   */
  async look<T extends object>(sql: string): Promise<T[]> {
    const limits = [
      `statement_timeout = ${this.#statementMs}`,
      `lock_timeout = ${LOCK_TIMEOUT_MS}`,
      `idle_in_transaction_session_timeout = ${this.#statementMs + 1000}`,
      'search_path = pg_catalog, pg_temp',
    ].map((setting) => `SET LOCAL ${setting}`);
    return this.#inTurn(async () => {
      try {
        const results = (await this.opened.client.query(['BEGIN READ ONLY', ...limits, sql].join('; '))) as unknown as {
          rows: T[];
        }[];
        await this.opened.client.query('COMMIT');
        return results.at(-1)?.rows ?? [];
      } catch (error) {
        await this.opened.client.query('ROLLBACK').catch(() => {});
        throw lookFailed(error, this.where);
      }
    });
  }

  /** One statement as it is, for consoles that know no transactions. */
  async command<T extends object>(sql: string): Promise<T[]> {
    return this.#inTurn(async () => {
      try {
        return (await this.opened.client.query<T & Record<string, unknown>>(sql)).rows;
      } catch (error) {
        throw lookFailed(error, this.where);
      }
    });
  }

  /** The least of three trivial commands, milliseconds. */
  async roundTripMs(): Promise<number> {
    const times: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const start = performance.now();
      await this.#inTurn(() => this.opened.client.query('SELECT 1'));
      times.push(performance.now() - start);
    }
    return Number(Math.min(...times).toFixed(1));
  }

  async close(): Promise<void> {
    const { client } = this.opened;
    await Promise.race([client.end(), sleep(CLOSE_MS)]).catch(() => {});
    client.connection.stream.destroy();
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }
}

function lookFailed(error: unknown, where: string): LookFailed {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said = lineOf(error);
  const told = (cause: 'not-permitted' | 'timeout' | 'reset' | 'malformed', fix: string) =>
    new LookFailed({ cause, because: said, fix, where, transient: cause === 'reset' });
  if (code === '42501') return told('not-permitted', 'GRANT pg_monitor to the role that looks');
  if (code === '57014' || code === '55P03' || code === '25P03') {
    return told('timeout', 'see what blocks the server, or give postgres.statementTimeout more');
  }
  const gone = /^(57P0|08)/.test(code) || !(error instanceof Error && 'severity' in error);
  return gone
    ? told('reset', 'see the server log for why the session ended, then run again')
    : told('malformed', `see whether the server is PostgreSQL 13 or newer: it answered SQLSTATE ${code}`);
}
