import { type Gatherer, known } from '../gathering.ts';
import { withSession } from './hosts.ts';

interface Row {
  pid: number;
  ssl: boolean | null;
  version: string | null;
}

/** What is between us and the backend that serves us. */
export const ownSession: Gatherer<'postgres.session'> = {
  contacts: true,
  gather: withSession(async (session) => {
    const [row] = await session.look<Row>(`SELECT b.pid, s.ssl, s.version
      FROM (SELECT pg_backend_pid() AS pid) AS b LEFT JOIN pg_stat_ssl s ON s.pid = b.pid`);
    const { client, encrypted, authentication } = session.opened;
    // A pooler makes up BackendKeyData of its own, for it must find its client again by it (PgBouncer: src/client.c).
    const greeted: unknown = 'processID' in client ? client.processID : null;
    return known(
      {
        encrypted,
        authentication,
        pooled: greeted !== row?.pid,
        backendTls: row?.ssl ?? null,
        backendProtocol: row?.version ?? null,
      },
      `pg_stat_ssl on ${session.where}`,
    );
  }),
};
