import { describe, expect, test } from 'vitest';
import { storeFor } from '../support/gathering.ts';
import { later, listen } from './http-gathering.ts';
import { known } from './http-known.ts';
import { html, site } from './http-site.ts';

describe('whom what is secret goes to', () => {
  const settings = { site: { headers: { 'X-Staging-Key': 'very-secret-key' } } };

  test('to the site over TLS that verifies', async () => {
    const { store, asked } = await site({ '*': html('x') }, { settings });
    expect((await known(store, 'http.answers')).answers[0]?.verified).toBe(true);
    expect(new Set(asked.map(({ headers }) => headers['x-staging-key']))).toEqual(new Set(['very-secret-key']));
  });

  test('not where the certificate does not verify, although the site is looked at', async () => {
    const { store, asked } = await site({ '*': html('x') }, { settings, names: ['other.acme.test'] });
    const { answers } = await known(store, 'http.answers');
    expect(answers.filter(({ verified }) => verified === false).length).toBeGreaterThan(1);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.map(({ headers }) => headers['x-staging-key'])).toEqual(asked.map(() => undefined));
  });

  test('not to another origin: plain HTTP, a health endpoint elsewhere', async () => {
    const plain: (string | string[] | undefined)[] = [];
    const elsewhere = {
      '*': (asked: { headers: Record<string, string | string[] | undefined> }) => {
        plain.push(asked.headers['x-staging-key']);
        return { body: '{}' };
      },
    };
    const { again, store } = await site({ '*': html('x') }, { settings, plain: elsewhere });
    await store.get('http.answers');
    expect(plain).toEqual([undefined]);
    const http = again({ settings: { site: { ...settings.site, health: ['/health'] } } });
    await http.get('http.health-first');
    expect(plain).toEqual([undefined]);
  });

  test('a client certificate is shown where the server asks for one', async () => {
    const { createAuthority } = await import('../../fixtures/servers/certificates.ts');
    const { createServer } = await import('node:https');
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs');
    const authority = await createAuthority();
    const own = authority.issue({ names: ['127.0.0.1'] });
    const client = authority.issue({ names: ['svcheck'] });
    const base = mkdtempSync('/tmp/svcheck-mtls-');
    later(() => rmSync(base, { recursive: true }));
    for (const [file, text] of Object.entries({
      'ca.pem': authority.certPem,
      'c.pem': client.chainPem,
      'k.pem': client.keyPem,
    })) {
      writeFileSync(`${base}/${file}`, text);
    }
    const tls = {
      cert: own.chainPem,
      key: own.keyPem,
      ca: authority.certPem,
      requestCert: true,
      rejectUnauthorized: true,
    };
    const port = await listen(createServer(tls, (_asked, answer) => void answer.end('ok')));
    const look = async (more: object) => {
      const store = storeFor({ base, settings: { site: { url: `https://127.0.0.1:${port}`, ca: 'ca.pem', ...more } } });
      later(() => store.close());
      return store.get('http.connection');
    };
    expect(await look({ cert: 'c.pem', key: 'k.pem' })).toMatchObject({ value: { outcome: 'ok' } });
    expect(await look({})).not.toMatchObject({ value: { outcome: 'ok' } });
    expect(await look({ cert: 'c.pem', key: 'gone.pem' })).toMatchObject({
      state: 'unreachable',
      because: expect.stringContaining('site.key') as string,
    });
  });
});
