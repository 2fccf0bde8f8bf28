import { describe, expect, it } from 'vitest';
import { contactsOf } from '../../src/sources/contacts.ts';
import { targetOf } from '../support/target.ts';

const addresses = (settings: Record<string, unknown>, env: Record<string, string> = {}) =>
  contactsOf(targetOf({ settings, env })).map(({ address, what }) => `${address} ${what}`);

describe('whom an audit contacts', () => {
  it('is nobody where nothing names anybody', () => {
    expect(addresses({ repository: '/nowhere' })).toEqual([]);
  });

  it('is what settings and env name, never with credentials', () => {
    const env = {
      ORIGIN: 'https://app.test',
      DATABASE_URL: 'postgres://app:hunter2hunter2@db1.test,db2.test:5433/app',
      REDIS_URL: 'rediss://:hunter2hunter2@redis.test/0',
    };
    expect(addresses({ repository: '/nowhere' }, env)).toEqual([
      'app.test:443 site',
      'app.test:80 site, plain HTTP',
      'db1.test:5432 PostgreSQL',
      'db2.test:5433 PostgreSQL',
      'redis.test:6379 Redis',
    ]);
  });

  it('knows the env’s own hosts and the origin, which the network lines knock at', () => {
    const env = { DATABASE_URL: 'postgres://app@db.test/app', REDIS_URL: 'redis://redis.test' };
    const settings = {
      repository: '/nowhere',
      site: { origin: '203.0.113.10' },
      postgres: { url: 'postgres://app@tunnel.test/app' },
      redis: { url: 'redis://tunnel.test' },
    };
    expect(addresses(settings, env)).toEqual([
      'tunnel.test:5432 PostgreSQL',
      'tunnel.test:6379 Redis',
      'db.test:5432 PostgreSQL, from outside',
      'redis.test:6379 Redis, from outside',
      '203.0.113.10 the origin',
    ]);
  });

  it('knows plain HTTP elsewhere, health endpoints with addresses of their own, and PgBouncer’s console', () => {
    const settings = {
      repository: '/nowhere',
      site: {
        url: 'https://app.test:8443',
        http: 'http://app.test:8080',
        health: ['/health', 'http://10.0.0.5:3000/health'],
      },
      postgres: {
        url: 'postgres://app@%2Frun%2Fpostgresql/app',
        pooler: { kind: 'pgbouncer', admin: 'postgres://stats@pool.test:6432/pgbouncer' },
      },
    };
    expect(addresses(settings)).toEqual([
      'app.test:8443 site',
      'app.test:8080 site, plain HTTP',
      '10.0.0.5:3000 health',
      '/run/postgresql/.s.PGSQL.5432 PostgreSQL',
      'pool.test:6432 PgBouncer',
    ]);
  });
});
