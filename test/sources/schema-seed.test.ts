import { describe, expect, it } from 'vitest';
import { lookAt, servers, through, valueOf } from '../support/postgres.ts';

const { postgres } = servers();
const readable = (schemas: string) =>
  `GRANT USAGE ON SCHEMA ${schemas} TO app; GRANT SELECT ON ALL TABLES IN SCHEMA ${schemas} TO app`;

const templates =
  "CREATE SCHEMA email; CREATE TABLE email.email_templates (id int PRIMARY KEY, name text); INSERT INTO email.email_templates VALUES (1, 'welcome'), (2, 'reset')";

describe('seed data', () => {
  it('is found where a table joins users and roles', async () => {
    const server = await postgres({
      sql: [
        templates,
        `CREATE SCHEMA auth; CREATE SCHEMA permissions;
         CREATE TABLE auth.users (id int PRIMARY KEY, email text, is_active boolean, deleted_at timestamptz);
         CREATE TABLE permissions.roles (id int PRIMARY KEY, name varchar(50));
         CREATE TABLE permissions.user_roles (user_id int, role_id int);
         INSERT INTO permissions.roles VALUES (1, 'super_admin'), (2, 'user');
         INSERT INTO auth.users VALUES (1, 'a@shop.test', true, NULL), (2, 'b@shop.test', false, NULL), (3, 'c@shop.test', true, now()), (4, 'd@shop.test', true, NULL), (5, 'e@shop.test', NULL, NULL);
         INSERT INTO permissions.user_roles VALUES (1, 1), (2, 1), (3, 1), (5, 1), (4, 2), (1, 2)`,
        readable('auth, email, permissions'),
      ],
    });
    expect(await valueOf('postgres.seed', through(server.url()))).toEqual({
      roles: { table: 'permissions.roles', names: ['super_admin', 'user'] },
      templates: { table: 'email.email_templates', names: ['reset', 'welcome'] },
      admins: { table: 'auth.users', role: 'super_admin', total: 4, active: 1, addresses: ['a@shop.test'] },
    });
  });

  it('is found where users refer to roles, and where they have a column of words', async () => {
    const server = await postgres({
      sql: [
        `CREATE TABLE roles (id int PRIMARY KEY, name text); CREATE TABLE users (id int PRIMARY KEY, email text, role_id int, status text);
         INSERT INTO roles VALUES (7, 'super_admin'); INSERT INTO users VALUES (1, 'a@shop.test', 7, 'active'), (2, 'b@shop.test', 7, 'pending'), (3, 'c@shop.test', 8, 'active')`,
        `CREATE SCHEMA ba; CREATE TABLE ba."user" (id text PRIMARY KEY, email text, role text, banned boolean);
         INSERT INTO ba."user" VALUES ('1', 'x@shop.test', 'admin, owner', NULL), ('2', 'y@shop.test', 'owner', true), ('3', 'z@shop.test', 'coowner', NULL)`,
        readable('public, ba'),
      ],
    });
    expect(await valueOf('postgres.seed', through(server.url()))).toEqual({
      roles: { table: 'public.roles', names: ['super_admin'] },
      templates: null,
      admins: { table: 'public.users', role: 'super_admin', total: 2, active: 1, addresses: ['a@shop.test'] },
    });
    const named = through(
      server.url(),
      {},
      {
        settings: {
          expect: { 'database.seed': { 'super-admin': 'owner', tables: { users: 'ba.user', roles: 'ba.none' } } },
        },
      },
    );
    expect(await valueOf('postgres.seed', named)).toEqual({
      roles: null,
      templates: null,
      admins: { table: 'ba."user"', role: 'owner', total: 2, active: 1, addresses: ['x@shop.test'] },
    });
  });

  it('that may not be read is told with the GRANT that helps; none is null', async () => {
    const server = await postgres({ sql: templates });
    const look = async () => (await lookAt(['postgres.seed'], through(server.url())))['postgres.seed'];
    const fact = await look();
    expect(fact).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      because: 'app may not read email.email_templates',
    });
    await server.query(fact.state === 'unreachable' ? fact.fix : '');
    expect(await look()).toMatchObject({
      value: { roles: null, admins: null, templates: { names: ['reset', 'welcome'] } },
    });
  });
});
