import { beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../fixtures/servers/postgres.ts';
import type { LookOptions } from '../support/gathering.ts';
import { lookAt, servers, valueOf } from '../support/postgres.ts';

const { postgres } = servers();
const now = new Date('2026-11-24T12:00:00Z');

const tables = `
  CREATE SCHEMA email;
  CREATE TYPE email.status AS ENUM ('pending', 'queued', 'sent', 'delivered', 'bounced', 'failed', 'complained', 'teleported');
  CREATE TABLE email.email_sends (id int GENERATED ALWAYS AS IDENTITY, status email.status NOT NULL, error text, bounce_reason text, created_at timestamptz NOT NULL, sent_at timestamptz);
  CREATE TABLE email.email_webhooks (id int GENERATED ALWAYS AS IDENTITY, event_type text NOT NULL, payload jsonb, received_at timestamptz NOT NULL);
  INSERT INTO email.email_sends (status, created_at) SELECT 'delivered', '2026-11-24T00:30:00Z' FROM generate_series(1, 700);
  INSERT INTO email.email_sends (status, created_at) SELECT 'sent', '2026-11-23T23:59:59Z' FROM generate_series(1, 300);
  INSERT INTO email.email_sends (status, created_at) SELECT 'pending', '2026-11-24T01:00:00Z' FROM generate_series(1, 5000);
  INSERT INTO email.email_sends (status, created_at) SELECT 'queued', '2026-11-24T01:00:00Z' FROM generate_series(1, 11);
  INSERT INTO email.email_sends (status, bounce_reason, created_at) VALUES
    ('bounced', '550 5.1.1 user unknown', '2026-11-23T10:00:00Z'),
    ('bounced', '550 5.7.1 message blocked as spam', '2026-11-23T10:00:00Z'),
    ('bounced', 'recipient marked this as spam', '2026-11-23T10:00:00Z'),
    ('bounced', 'Complaint from feedback-loop of example.net', '2026-11-23T10:00:00Z'),
    ('complained', NULL, '2026-11-23T10:00:00Z');
  INSERT INTO email.email_sends (status, error, created_at) VALUES ('failed', 'no route', '2026-11-22T10:00:00Z');
  INSERT INTO email.email_sends (status, created_at) SELECT 'delivered', '2026-10-01T10:00:00Z' FROM generate_series(1, 4);
  INSERT INTO email.email_webhooks (event_type, received_at) SELECT 'delivered', '2026-11-24T00:31:00Z' FROM generate_series(1, 20);
  INSERT INTO email.email_webhooks (event_type, received_at) VALUES ('hardBounce', '2026-11-23T10:00:00Z'), ('spam', '2026-11-23T10:00:00Z'), ('opened', '2026-01-01T00:00:00Z');

  CREATE TABLE email.email_templates (id int GENERATED ALWAYS AS IDENTITY, name text, html text, text text, category text, is_active boolean NOT NULL DEFAULT true);
  INSERT INTO email.email_templates (name, html, category) VALUES
    ('welcome', '<p>Welcome</p>', 'transactional'),
    ('newsletter', '<p>News</p><a href="{{ baseUrl }}/unsubscribe?token={{ token }}&amp;l=1"><b>Unsubscribe</b></a>', 'marketing'),
    ('sale', '<p>Cheap</p>', 'Marketing'),
    ('digest', '<p>x</p>{{{ unsubscribe_url }}}', 'newsletter');
  INSERT INTO email.email_templates (name, html, category, is_active) VALUES ('old-sale', 'x', 'marketing', false);
  CREATE ROLE blind LOGIN PASSWORD 'blind';
  GRANT USAGE ON SCHEMA email TO app;
  GRANT SELECT ON ALL TABLES IN SCHEMA email TO app;
`;

let server: PostgresServer;
beforeAll(async () => {
  server = await postgres({ sql: tables });
}, 60_000);

const options = (email: Record<string, unknown> = {}, more: LookOptions = {}): LookOptions => ({
  now,
  ...more,
  env: { DATABASE_URL: server.url(), ...more.env },
  settings: { email, site: { url: 'https://app.example.com' }, ...more.settings },
});

describe('mails in the product’s table', () => {
  test('are counted by what became of them; what is pending counts in nothing else', async () => {
    expect(await valueOf('product.sends', options())).toEqual({
      table: 'email.email_sends',
      webhooks: 'email.email_webhooks',
      // 700 delivered, 300 sent, 2 bounced, 3 complained, 1 failed
      sent: 1006,
      delivered: 703,
      bounced: 2,
      complained: 3,
      held: 1,
      pending: 5011,
      unknown: [],
      feeds: { delivered: 724, bounced: 3, complained: 4 },
      days: [
        { date: '2026-11-22', count: 1 },
        { date: '2026-11-23', count: 305 },
        { date: '2026-11-24', count: 700 },
      ],
      earlier: 4,
    });
  });

  test('older than 90 days are one more earlier one, and unknown statuses are named', async () => {
    const another = new Date('2027-01-20T12:00:00Z');
    await server.query(
      `INSERT INTO email.email_sends (status, created_at) VALUES ('teleported', '2027-01-20T00:00:00Z')`,
    );
    const value = await valueOf('product.sends', { ...options(), now: another });
    await server.query(`DELETE FROM email.email_sends WHERE status = 'teleported'`);
    expect(value).toMatchObject({ sent: 0, unknown: [{ status: 'teleported', count: 1 }], earlier: 1007 });
  });

  test('of a table that the settings name, with other columns', async () => {
    await server.query(`
      CREATE TABLE public."Mails" (state text, "sentAt" timestamp, bounced_at timestamp, complained_at timestamp, delivered_at timestamp);
      INSERT INTO public."Mails" VALUES ('sent', '2026-11-24 00:00:00', NULL, NULL, '2026-11-24 00:01:00'),
        ('sent', '2026-11-24 00:00:00', '2026-11-24 00:01:00', NULL, NULL), ('sent', '2026-11-24 00:00:00', NULL, '2026-11-24 02:00:00', '2026-11-24 00:01:00');
      GRANT SELECT ON public."Mails" TO PUBLIC`);
    const value = await valueOf('product.sends', options({ tables: { sends: 'public.Mails' } }));
    expect(value).toMatchObject({
      ...{ table: 'public.Mails', sent: 3, delivered: 2, bounced: 1, complained: 1, earlier: 0 },
      days: [{ date: '2026-11-24', count: 3 }],
    });
  });

  test('are absent without a table, and an error where the settings name one that is not there', async () => {
    const elsewhere = await postgres({
      sql: 'CREATE TABLE public.email_sends (id int, note text); GRANT SELECT ON public.email_sends TO app',
    });
    const env = { DATABASE_URL: elsewhere.url() };
    const facts = await lookAt(['product.sends', 'product.templates'], options({}, { env }));
    expect(facts['product.templates']).toMatchObject({ state: 'absent', add: 'email.tables.templates' });
    expect(facts['product.sends']).toMatchObject({
      state: 'absent',
      because: expect.stringContaining('no column of status'),
    });
    const set = await lookAt(
      ['product.sends', 'product.templates'],
      options({ tables: { sends: 'email_sends', templates: 'mail.t' } }, { env }),
    );
    expect(set['product.sends']).toMatchObject({ state: 'unreachable', cause: 'malformed' });
    expect(set['product.templates']).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      fix: 'correct email.tables.templates',
    });
  });

  test('that this role may not read are absent, or an error where the settings name the table', async () => {
    const url = new URL(server.url({ user: 'blind', password: 'blind' }));
    const env = { DATABASE_URL: url.href };
    const facts = await lookAt(['product.sends'], options({}, { env }));
    expect(facts['product.sends']).toMatchObject({ state: 'absent', because: expect.stringContaining('may not read') });
    const set = await lookAt(['product.sends'], options({ tables: { sends: 'email.email_sends' } }, { env }));
    expect(set['product.sends']).toMatchObject({
      cause: 'not-permitted',
      fix: expect.stringContaining('GRANT SELECT ON email.email_sends'),
    });
  });

  test('are not counted in longer than the time that a statement has', async () => {
    await server.query(
      `CREATE VIEW public.slow_sends AS SELECT status, created_at FROM email.email_sends, pg_sleep(30); GRANT SELECT ON public.slow_sends TO PUBLIC`,
    );
    const settings = { email: { tables: { sends: 'public.slow_sends' } }, postgres: { statementTimeout: '500ms' } };
    const facts = await lookAt(['product.sends'], options({}, { settings }));
    expect(facts['product.sends']).toMatchObject({ state: 'unreachable', cause: 'timeout' });
  });
});

describe('templates', () => {
  test('that are active and marketing, with their links', async () => {
    expect(await valueOf('product.templates', options())).toEqual({
      table: 'email.email_templates',
      active: 4,
      kind: 'category',
      marketing: [
        { name: 'digest', links: [{ address: null, own: false }] },
        {
          name: 'newsletter',
          links: [{ address: 'https://app.example.com/unsubscribe?token={token}&l={token}', own: true }],
        },
        { name: 'sale', links: [] },
      ],
      cut: false,
    });
  });

  test('of a table without a column that tells marketing from the rest', async () => {
    await server.query(
      `CREATE TABLE public.plain AS SELECT name, html FROM email.email_templates; GRANT SELECT ON public.plain TO PUBLIC`,
    );
    expect(await valueOf('product.templates', options({ tables: { templates: 'plain' } }))).toMatchObject({
      ...{ active: 5, kind: null, marketing: [] },
    });
  });

  test('longer than is read are cut', async () => {
    await server.query(
      `CREATE TABLE public.long AS SELECT 'sale' AS name, repeat('x', 200000) AS html, 'marketing' AS type; GRANT SELECT ON public.long TO PUBLIC`,
    );
    expect(await valueOf('product.templates', options({ tables: { templates: 'long' } }))).toMatchObject({ cut: true });
  });
});
