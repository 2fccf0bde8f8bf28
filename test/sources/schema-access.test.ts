import { describe, expect, it } from 'vitest';
import { lookAt, servers, through, valueOf } from '../support/postgres.ts';

const { postgres } = servers();

describe("what the application's role may do", () => {
  it('is told of itself and of what it is a member of', async () => {
    const server = await postgres({
      sql: [
        'CREATE ROLE rds_superuser; CREATE ROLE between; CREATE ROLE harmless; GRANT rds_superuser TO between; GRANT between, harmless TO app',
        'CREATE SCHEMA "Open"; GRANT CREATE, USAGE ON SCHEMA "Open" TO PUBLIC; CREATE SCHEMA closed; GRANT CREATE ON SCHEMA closed TO app',
      ],
    });
    const seen = await valueOf('postgres.access', through(server.url()));
    expect(seen).toEqual({
      applicationRole: 'app',
      exists: true,
      attributes: [],
      memberOf: ['rds_superuser'],
      publicCreate: ['"Open"'],
      admins: null,
    });
    await server.query(
      'REVOKE rds_superuser FROM between; ALTER ROLE app CREATEROLE BYPASSRLS REPLICATION; REVOKE CREATE ON SCHEMA "Open" FROM PUBLIC',
    );
    expect(await valueOf('postgres.access', through(server.url()))).toMatchObject({
      attributes: ['CREATEROLE', 'BYPASSRLS', 'REPLICATION'],
      memberOf: [],
      publicCreate: [],
    });
    await server.query('ALTER ROLE app SUPERUSER NOCREATEROLE NOBYPASSRLS NOREPLICATION');
    expect(await valueOf('postgres.access', through(server.url()))).toMatchObject({
      attributes: ['SUPERUSER'],
      memberOf: [],
    });
    expect(await valueOf('postgres.access', through(server.url(), { appRole: 'nobody' }))).toMatchObject({
      exists: false,
    });
  });
});

describe('super administrators', () => {
  const users = `CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO app;
    CREATE TABLE auth.users (id int PRIMARY KEY, email text, role text, active boolean DEFAULT true);
    CREATE TABLE auth.sessions (id int PRIMARY KEY, user_id int, created_at timestamptz);
    INSERT INTO auth.users VALUES (1, 'a@shop.test', 'super_admin', true), (2, 'b@shop.test', 'super_admin', true), (3, 'c@shop.test', 'super_admin', false), (4, 'd@shop.test', 'user', true);
    INSERT INTO auth.sessions VALUES (1, 1, '2026-01-01Z'), (2, 1, '2026-02-01Z'), (3, 4, '2026-03-01Z');
    GRANT SELECT ON auth.users TO app`;

  it('are told with their last sign-in, by a column before sessions', async () => {
    const server = await postgres({ sql: users });
    const look = async () => (await lookAt(['postgres.access'], through(server.url())))['postgres.access'];
    const fact = await look();
    expect(fact).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      because: 'app may not read auth.sessions',
    });
    await server.query(fact.state === 'unreachable' ? fact.fix : '');
    expect(await look()).toMatchObject({
      value: {
        admins: { role: 'super_admin', active: 2, from: 'sessions', signIns: [null, '2026-02-01T00:00:00.000Z'] },
      },
    });
    await server.query(
      "ALTER TABLE auth.users ADD last_login_at timestamptz; UPDATE auth.users SET last_login_at = '2026-04-05Z'",
    );
    const at = '2026-04-05T00:00:00.000Z';
    expect(await look()).toMatchObject({ value: { admins: { active: 2, from: 'column', signIns: [at, at] } } });
    await server.query('DROP TABLE auth.sessions; ALTER TABLE auth.users DROP last_login_at');
    expect(await look()).toMatchObject({ value: { admins: { active: 2, from: null, signIns: [] } } });
  });
});
