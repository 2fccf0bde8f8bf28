import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Advisories,
  type AdvisoriesOptions,
  startAdvisories,
} from '../../fixtures/servers/advisories-stand-in.ts';
import { createAuthority } from '../../fixtures/servers/certificates.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import type { FactStore } from '../../src/engine/store.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { tree } from '../support/tree.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An application whose lock file holds these versions; `-` in front makes one of development. */
function application(versions: readonly string[], files: Record<string, string | object> = {}) {
  const cut = (one: string) => [one.slice(0, one.indexOf('@', 1)), one.slice(one.indexOf('@', 1) + 1)] as const;
  const list = versions.filter((one) => !one.startsWith('-')).map(cut);
  const dev = versions.filter((one) => one.startsWith('-')).map((one) => cut(one.slice(1)));
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: Object.fromEntries(list), devDependencies: Object.fromEntries(dev) },
      ...Object.fromEntries([...list, ...dev].map(([name, version]) => [`node_modules/${name}`, { version }])),
    },
  };
  return tree({ 'package.json': { name: 'app' }, 'package-lock.json': lock, ...files });
}

async function service(options: AdvisoriesOptions = {}): Promise<Advisories> {
  const one = await startAdvisories(options);
  cleanups.push(() => one.finish());
  return one;
}

async function look(base: string, options: LookOptions): ReturnType<FactStore['get']> {
  const store = storeFor({ base, ...options });
  cleanups.push(() => store.close());
  return store.get('workspace.advisories');
}

const entry = (severity: 'critical' | 'high' | 'low', range: string, title = 'Something bad') => ({
  id: 1,
  url: 'https://example.com/advisory/1',
  title,
  severity,
  vulnerable_versions: range,
  cwe: ['CWE-1321'],
  cvss: { score: 9.8, vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
});

describe('a registry that serves advisories', () => {
  test('is asked about production alone, and what does not apply to the locked version is left out', async () => {
    const registry = await service({
      advisories: {
        minimist: [entry('critical', '<1.2.6', 'Prototype pollution'), entry('high', '<0.2.1')],
        '@acme/kit': [entry('low', '>=2.0.0-rc.1 <2.1.0')],
      },
    });
    const folder = application(['minimist@1.2.5', '@acme/kit@2.0.0-rc.2', 'debug@4.3.4', '-vitest@3.0.0']);
    const fact = await look(folder.path, { settings: { registry: { url: registry.url } } });
    expect(registry.asked).toEqual([{ '@acme/kit': ['2.0.0-rc.2'], debug: ['4.3.4'], minimist: ['1.2.5'] }]);
    expect(fact).toMatchObject({
      state: 'known',
      where: `POST ${registry.url}-/npm/v1/security/advisories/bulk`,
      value: {
        registry: registry.url,
        asked: 3,
        notAsked: 0,
        tokenWithheld: false,
        counts: { critical: 1, low: 1 },
        first: [
          {
            name: 'minimist',
            versions: ['1.2.5'],
            severity: 'critical',
            title: 'Prototype pollution',
            url: 'https://example.com/advisory/1',
            vulnerable: '<1.2.6',
          },
          { name: '@acme/kit', severity: 'low' },
        ],
      },
    });
  });

  test('an empty answer says that none is known', async () => {
    const registry = await service();
    const fact = await look(application(['debug@4.3.4']).path, { settings: { registry: { url: registry.url } } });
    expect(fact).toMatchObject({ state: 'known', value: { asked: 1, counts: {}, first: [] } });
  });

  test('many packages are asked about in several requests', async () => {
    const registry = await service({ advisories: { p1100: [entry('critical', '*')] } });
    const names = Array.from({ length: 1200 }, (_, n) => `p${n}@1.0.0`);
    const fact = await look(application(names).path, { settings: { registry: { url: registry.url } } });
    expect(registry.asked.map((body) => Object.keys(body).length)).toEqual([500, 500, 200]);
    expect(fact).toMatchObject({ value: { asked: 1200, counts: { critical: 1 } } });
  });

  test('a path in the registry’s address stays, and credentials in it go nowhere', async () => {
    const registry = await startAdvisories();
    cleanups.push(() => registry.stop());
    const url = `http://user:hunter2hunter2@127.0.0.1:${registry.port}/npm`;
    const fact = await look(application(['debug@4.3.4']).path, { settings: { registry: { url } } });
    expect(registry.complaints[0]).toMatch(/^POST \/npm\/-\/npm\/v1\/security\/advisories\/bulk: /);
    expect(JSON.stringify(fact)).not.toContain('hunter2');
  });
});

describe('which registry', () => {
  test('that of the repository’s .npmrc, read as data', async () => {
    const registry = await service();
    const npmrc = `; ours\n//127.0.0.1/:_authToken=abc\nregistry = "${registry.url}"\n@private:registry=https://npm.acme.example/\n`;
    const fact = await look(application(['debug@4.3.4', '@private/x@1.0.0'], { '.npmrc': npmrc }).path, {});
    // The names of a scope that has a registry of its own are told to nobody else.
    expect(registry.asked).toEqual([{ debug: ['4.3.4'] }]);
    expect(fact).toMatchObject({ value: { asked: 1, notAsked: 1 } });
  });

  test('one that would put a variable of the environment into the address is refused', async () => {
    const folder = application(['debug@4.3.4'], { '.npmrc': 'registry=http://127.0.0.1:9/${HOME}/\n' });
    expect(await look(folder.path, {})).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: expect.stringContaining('.npmrc'),
    });
  });

  test('without either, npm’s own configuration', async () => {
    const registry = await service();
    const before = process.env.npm_config_registry;
    process.env.npm_config_registry = registry.url;
    try {
      expect(await look(application(['debug@4.3.4']).path, {})).toMatchObject({
        state: 'known',
        value: { registry: registry.url },
      });
    } finally {
      if (before === undefined) delete process.env.npm_config_registry;
      else process.env.npm_config_registry = before;
    }
  });

  test('nobody is asked without --live, or without a lock file', async () => {
    expect(await look(application(['debug@4.3.4']).path, { live: false })).toMatchObject({
      state: 'absent',
      add: '--live',
    });
    expect(await look(tree({ 'package.json': {} }).path, {})).toMatchObject({ state: 'absent', add: 'a lock file' });
  });
});

describe('the token', () => {
  const token = 'npm_0123456789abcdefghij';

  test('goes to a trusted host', async () => {
    const registry = await service({ token });
    const settings = { registry: { url: registry.url, token } };
    const fact = await look(application(['debug@4.3.4']).path, { settings, trustedHosts: ['127.0.0.1'] });
    expect(fact).toMatchObject({ state: 'known', value: { tokenWithheld: false } });
    expect(JSON.stringify(fact)).not.toContain(token);
  });

  test('does not go to a host that svcheck.yaml alone names, and that is said', async () => {
    const registry = await service();
    const settings = { registry: { url: registry.url, token } };
    const fact = await look(application(['debug@4.3.4']).path, { settings, trustedHosts: ['npm.acme.example'] });
    expect(fact).toMatchObject({ state: 'known', value: { tokenWithheld: true } });
  });

  test('a registry that demands it: the line says how to let it go there', async () => {
    const registry = await service({ behaviour: (response) => void response.writeHead(401).end() });
    const settings = { registry: { url: registry.url, token } };
    expect(await look(application(['debug@4.3.4']).path, { settings })).toMatchObject({
      state: 'unreachable',
      cause: 'auth',
      fix: expect.stringContaining(`--trust-host 127.0.0.1:${registry.port}`),
    });
  });

  test('is not sent over a connection whose certificate does not verify', async () => {
    const authority = await createAuthority();
    const { certPem: cert, keyPem: key } = authority.issue({ names: ['127.0.0.1'] });
    const registry = await startAdvisories({ token, tls: { cert, key } });
    cleanups.push(() => registry.stop());
    const settings = { registry: { url: registry.url, token } };
    const fact = await look(application(['debug@4.3.4']).path, { settings, trustedHosts: ['127.0.0.1'] });
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'tls' });
    expect([registry.answered, registry.complaints]).toEqual([0, []]);
  });
});

describe('a registry that does not say', () => {
  const says =
    (status: number, body = '') =>
    (response: ServerResponse) =>
      void response.writeHead(status).end(body);

  test.each([
    [405, 'not-permitted'],
    [404, 'not-permitted'],
    [302, 'not-permitted'],
    [403, 'auth'],
    [429, 'rate-limited'],
    [500, 'refused'],
  ] as const)('%i is %s', async (status, cause) => {
    const registry = await service({ behaviour: says(status, 'no') });
    const fact = await look(application(['debug@4.3.4']).path, { settings: { registry: { url: registry.url } } });
    expect(fact).toMatchObject({ state: 'unreachable', cause, because: expect.stringContaining(String(status)) });
    expect(fact.state === 'unreachable' && fact.fix).toBeTruthy();
  });

  test('503 is asked again', async () => {
    let asked = 0;
    const registry = await service({
      behaviour: (response) => {
        asked += 1;
        says(asked === 1 ? 503 : 200, '{}')(response);
      },
    });
    const fact = await look(application(['debug@4.3.4']).path, { settings: { registry: { url: registry.url } } });
    expect(fact).toMatchObject({ state: 'known', tries: [{ because: expect.stringContaining('503') }] });
  });

  test.each([
    ['a page', '<html>Welcome</html>'],
    ['a list', '[]'],
    ['advisories that are no list', '{"debug":{}}'],
    ['a severity that is none', '{"debug":[{"severity":"bad","vulnerable_versions":"*"}]}'],
    ['no range', '{"debug":[{"severity":"critical"}]}'],
    ['a range that is none', '{"debug":[{"severity":"critical","vulnerable_versions":"all of them"}]}'],
  ])('%s is malformed, and never «no advisory»', async (_what, body) => {
    const registry = await service({ behaviour: says(200, body) });
    const fact = await look(application(['debug@4.3.4']).path, { settings: { registry: { url: registry.url } } });
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'malformed' });
  });

  test('an answer without end is too large', async () => {
    const registry = await service({
      behaviour: (response) => void response.writeHead(200).end(Buffer.alloc(9 * 1024 * 1024, ' ')),
    });
    const fact = await look(application(['debug@4.3.4']).path, { settings: { registry: { url: registry.url } } });
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'too-large' });
  });

  test('silence and a refused connection', async () => {
    const registry = await service({ behaviour: () => {} });
    const silent = await look(application(['debug@4.3.4']).path, {
      settings: { registry: { url: registry.url } },
      limits: { timeoutMs: 500 },
    });
    expect(silent).toMatchObject({ state: 'unreachable', cause: 'timeout' });
    const url = `http://127.0.0.1:${await freePort()}/`;
    const refused = await look(application(['debug@4.3.4']).path, { settings: { registry: { url } } });
    expect(refused).toMatchObject({ state: 'unreachable', cause: 'refused' });
  });
});
