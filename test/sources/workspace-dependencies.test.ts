import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Folder } from '../../fixtures/servers/folder.ts';
import type { FactStore } from '../../src/engine/store.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { install, link, tree, write } from '../support/tree.ts';

const stores: FactStore[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

async function look(folder: Folder, settings: Record<string, unknown> = {}, options: LookOptions = {}) {
  const store = storeFor({ base: folder.path, settings, ...options });
  stores.push(store);
  return store.get('workspace.dependencies');
}

async function seen(folder: Folder, settings: Record<string, unknown> = {}) {
  const fact = await look(folder, settings);
  if (fact.state !== 'known') throw new Error(JSON.stringify(fact));
  return fact.value;
}

const names = (list: { first: readonly { name: string; version?: string; locked?: string }[] }) =>
  list.first.map(({ name, version, locked }) => `${name}@${version ?? locked}`).sort();

const nothing = { count: 0, first: [] };

/** An application with a dependency, one behind it, a devDependency and an optional one that is not for this system. */
function npmApplication(): Folder {
  const folder = tree({
    'a/package.json': { name: 'a', version: '1.0.0', dependencies: { b: 'file:../b' } },
    'b/package.json': { name: 'b', version: '2.0.0' },
    'd/package.json': { name: 'd', version: '3.0.0', dependencies: { e: 'file:../e' } },
    'e/package.json': { name: 'e', version: '4.0.0' },
    'o/package.json': { name: 'o', version: '5.0.0', os: ['none'] },
    'app/package.json': {
      name: 'app',
      version: '1.0.0',
      dependencies: { a: 'file:../a' },
      devDependencies: { d: 'file:../d' },
      optionalDependencies: { o: 'file:../o' },
    },
  });
  npm(folder, 'install');
  return folder;
}

/** npm itself, without the network: --install-links packs the folders and installs them as packages. */
function npm(folder: Folder, ...words: string[]): void {
  execFileSync('npm', [...words, '--install-links', '--offline', '--no-audit', '--no-fund'], {
    cwd: join(folder.path, 'app'),
    stdio: 'pipe',
  });
}

describe('npm', () => {
  test('a folder that npm installed without development holds what the lock file has', async () => {
    const folder = npmApplication();
    npm(folder, 'prune', '--omit=dev');
    expect(await seen(folder, { artifact: 'app' })).toEqual({
      folder: 'app',
      artifact: true,
      lock: { file: 'package-lock.json', manager: 'npm', version: '3' },
      noLock: null,
      production: 2,
      optional: 1,
      installed: 2,
      devInstalled: nothing,
      missing: nothing,
      offLock: nothing,
      extraneous: nothing,
    });
  });

  test('a devDependency and what it brings are named in the folder as deployed', async () => {
    const folder = npmApplication();
    const value = await seen(folder, { artifact: 'app' });
    expect(names(value.devInstalled)).toEqual(['d@3.0.0', 'e@4.0.0']);
    expect(value).toMatchObject({ missing: nothing, offLock: nothing, extraneous: nothing });
  });

  test('in a working checkout development may stay', async () => {
    const folder = npmApplication();
    const value = await seen(folder, { repository: 'app' });
    expect(value).toMatchObject({
      artifact: false,
      devInstalled: nothing,
      offLock: nothing,
      missing: nothing,
      installed: 4,
    });
  });

  test('a version that is not the locked one, a package that is gone, and one that nobody asked for', async () => {
    const folder = npmApplication();
    npm(folder, 'prune', '--omit=dev');
    install(folder, 'app/node_modules/b', 'b', '2.0.1');
    rmSync(join(folder.path, 'app/node_modules/a'), { recursive: true });
    install(folder, 'app/node_modules/@x/stray', '@x/stray', '0.1.0');
    const value = await seen(folder, { artifact: 'app' });
    expect(value.offLock).toEqual({ count: 1, first: [{ name: 'b', locked: '2.0.0', installed: ['2.0.1'] }] });
    expect(names(value.missing)).toEqual(['a@1.0.0']);
    expect(names(value.extraneous)).toEqual(['@x/stray@0.1.0']);
  });

  test('a nested copy counts as the one that is locked there', async () => {
    const lock = {
      lockfileVersion: 2,
      packages: {
        '': { dependencies: { a: '1', b: '1' } },
        'node_modules/a': { version: '1.0.0', dependencies: { b: '2' } },
        'node_modules/a/node_modules/b': { version: '2.0.0' },
        'node_modules/b': { version: '1.0.0' },
      },
    };
    const folder = tree({ 'package.json': { name: 'app' }, 'package-lock.json': lock });
    install(folder, 'node_modules/a', 'a', '1.0.0');
    install(folder, 'node_modules/b', 'b', '1.0.0');
    install(folder, 'node_modules/a/node_modules/b', 'b', '2.0.0');
    expect(await seen(folder, { artifact: '.' })).toMatchObject({ production: 3, missing: nothing, offLock: nothing });
    rmSync(join(folder.path, 'node_modules/a/node_modules'), { recursive: true });
    expect(names((await seen(folder, { artifact: '.' })).missing)).toEqual(['b@2.0.0']);
    // The same two versions, and the application's own import finds the wrong one.
    install(folder, 'node_modules/b', 'b', '2.0.0');
    install(folder, 'node_modules/a/node_modules/b', 'b', '1.0.0');
    expect((await seen(folder, { artifact: '.' })).offLock.first).toEqual([
      { name: 'b', locked: '1.0.0', installed: ['2.0.0'] },
    ]);
  });

  test('packages of the workspace bring their dependencies; a link is no package of the registry', async () => {
    const folder = tree({
      'app/package.json': { name: 'root', workspaces: ['packages/*'] },
      'app/packages/lib/package.json': {
        name: '@acme/lib',
        version: '1.0.0',
        dependencies: { b: 'file:../../../b' },
        devDependencies: { d: 'file:../../../d' },
      },
      'b/package.json': { name: 'b', version: '2.0.0' },
      'd/package.json': { name: 'd', version: '3.0.0' },
    });
    npm(folder, 'install');
    const value = await seen(folder, { artifact: 'app' });
    expect(value).toMatchObject({ production: 1, missing: nothing, offLock: nothing, extraneous: nothing });
    expect(names(value.devInstalled)).toEqual(['d@3.0.0']);
  });

  test('a lock file of version 1 is said, and so is yarn’s, and none', async () => {
    const old = tree({
      'package.json': { name: 'app' },
      'package-lock.json': { lockfileVersion: 1, dependencies: {} },
    });
    expect((await seen(old)).noLock).toMatchObject({ kind: 'old', text: expect.stringContaining('version 1') });
    const yarn = tree({ 'package.json': { name: 'app' }, 'yarn.lock': '# yarn lockfile v1\n' });
    expect((await seen(yarn)).noLock?.kind).toBe('yarn');
    const none = tree({ 'package.json': { name: 'app', devDependencies: { d: '1' } } });
    install(none, 'node_modules/d', 'd', '1.0.0');
    const value = await seen(none, { artifact: '.' });
    expect(value.noLock?.kind).toBe('none');
    expect(names(value.devInstalled)).toEqual(['d@1.0.0']);
  });
});

/** The store of pnpm: every version in a folder of its own, dependencies as links beside it. */
function pnpmStore(folder: Folder, at: string, packages: Readonly<Record<string, readonly string[]>>): void {
  for (const [key, needs] of Object.entries(packages)) {
    const cut = key.indexOf('@', 1);
    const [name, version] = [key.slice(0, cut), key.slice(cut + 1)];
    const home = `${at}/node_modules/.pnpm/${key.replace('/', '+')}/node_modules`;
    install(folder, `${home}/${name}`, name, version);
    for (const need of needs) {
      const alias = need.slice(0, need.indexOf('@', 1));
      link(folder, `${home}/${alias}`, `${at}/node_modules/.pnpm/${need.replace('/', '+')}/node_modules/${alias}`);
    }
  }
}

const production = {
  'ajv@8.12.0': ['fast-deep-equal@3.1.3', 'json-schema-traverse@1.0.0', 'require-from-string@2.0.2', 'uri-js@4.4.1'],
  'ajv-keywords@5.1.0': ['ajv@8.12.0', 'fast-deep-equal@3.1.3'],
  'debug@4.3.4': ['ms@2.1.2'],
  'fast-deep-equal@3.1.3': [],
  'json-schema-traverse@1.0.0': [],
  'ms@2.1.2': [],
  'ms@2.1.3': [],
  'punycode@2.3.1': [],
  'require-from-string@2.0.2': [],
  'uri-js@4.4.1': ['punycode@2.3.1'],
};
const storeOf = (at: string, key: string, name = key.slice(0, key.indexOf('@', 1))) =>
  `${at}/node_modules/.pnpm/${key}/node_modules/${name}`;

/** What `pnpm deploy --prod` made of apps/web: its own node_modules, the workspace's package among it as a copy. */
function deployed(): Folder {
  const folder = tree({
    'repository/pnpm-lock.yaml': lockText('9.0'),
    'repository/package.json': { name: 'acme' },
    'repository/apps/web/package.json': { name: '@acme/web' },
    'repository/packages/lib/package.json': { name: '@acme/lib' },
    'out/package.json': { name: '@acme/web', version: '1.2.0' },
  });
  pnpmStore(folder, 'out', production);
  const lib = 'out/node_modules/.pnpm/@acme+lib@file+packages+lib/node_modules';
  install(folder, `${lib}/@acme/lib`, '@acme/lib', '2.0.0');
  link(folder, `${lib}/debug`, storeOf('out', 'debug@4.3.4'));
  link(folder, 'out/node_modules/@acme/lib', `${lib}/@acme/lib`);
  link(folder, 'out/node_modules/ajv', storeOf('out', 'ajv@8.12.0'));
  link(folder, 'out/node_modules/ajv-keywords', storeOf('out', 'ajv-keywords@5.1.0'));
  link(folder, 'out/node_modules/m', storeOf('out', 'ms@2.1.3'));
  return folder;
}

const lockText = (version: string) => readFileSync(new URL(`lockfiles/pnpm-${version}.yaml`, import.meta.url), 'utf8');

describe('pnpm', () => {
  test('a deployed application holds what its part of the repository’s lock file has', async () => {
    const folder = deployed();
    expect(await seen(folder, { repository: 'repository', artifact: 'out' })).toEqual({
      folder: 'out',
      artifact: true,
      lock: { file: 'pnpm-lock.yaml', manager: 'pnpm', version: '9.0' },
      noLock: null,
      production: 10,
      optional: 1,
      installed: 11,
      devInstalled: nothing,
      missing: nothing,
      offLock: nothing,
      extraneous: nothing,
    });
  });

  test('a devDependency that is linked is named; one that only lies in the store is not installed', async () => {
    const folder = deployed();
    pnpmStore(folder, 'out', { 'is-number@6.0.0': [], 'is-odd@3.0.1': ['is-number@6.0.0'] });
    expect((await seen(folder, { repository: 'repository', artifact: 'out' })).devInstalled).toEqual(nothing);
    link(folder, 'out/node_modules/is-odd', storeOf('out', 'is-odd@3.0.1'));
    const value = await seen(folder, { repository: 'repository', artifact: 'out' });
    expect(names(value.devInstalled)).toEqual(['is-number@6.0.0', 'is-odd@3.0.1']);
  });

  test('an alias that is not linked is missing, though the version lies in the store', async () => {
    const folder = deployed();
    rmSync(join(folder.path, 'out/node_modules/m'));
    const value = await seen(folder, { repository: 'repository', artifact: 'out' });
    expect(value.missing.count).toBe(1);
    expect(value.missing.first[0]).toMatchObject({ version: '2.1.3' });
  });

  test('another version in place of the locked one', async () => {
    const folder = deployed();
    install(folder, storeOf('out', 'uri-js@4.4.1'), 'uri-js', '4.4.0');
    const value = await seen(folder, { repository: 'repository', artifact: 'out' });
    expect(value.offLock.first).toEqual([{ name: 'uri-js', locked: '4.4.1', installed: ['4.4.0'] }]);
  });

  test.each(['5.4', '6.0', '9.0'])('lock file %s says the same of a checkout', async (version) => {
    const folder = tree({
      'pnpm-lock.yaml': lockText(version),
      'package.json': { name: 'acme' },
      'apps/web/package.json': { name: '@acme/web' },
      'packages/lib/package.json': { name: '@acme/lib' },
    });
    pnpmStore(folder, '.', {
      ...production,
      'is-number@7.0.0': [],
      'is-number@6.0.0': [],
      'is-odd@3.0.1': ['is-number@6.0.0'],
      '@types/ms@0.7.34': [],
    });
    link(folder, 'node_modules/is-number', storeOf('.', 'is-number@7.0.0'));
    link(folder, 'packages/lib/node_modules/debug', storeOf('.', 'debug@4.3.4'));
    link(folder, 'packages/lib/node_modules/@types/ms', 'node_modules/.pnpm/@types+ms@0.7.34/node_modules/@types/ms');
    link(folder, 'apps/web/node_modules/@acme/lib', 'packages/lib');
    for (const name of ['ajv@8.12.0', 'ajv-keywords@5.1.0', 'is-odd@3.0.1', 'ms@2.1.2']) {
      link(folder, `apps/web/node_modules/${name.slice(0, name.indexOf('@'))}`, storeOf('.', name));
    }
    link(folder, 'apps/web/node_modules/m', storeOf('.', 'ms@2.1.3'));
    const all = {
      production: 10,
      optional: 1,
      installed: 14,
      missing: nothing,
      offLock: nothing,
      devInstalled: nothing,
      extraneous: nothing,
    };
    expect(await seen(folder)).toMatchObject(all);
    // The same folder, said to be what is deployed.
    const asDeployed = await seen(folder, { artifact: '.' });
    expect(names(asDeployed.devInstalled)).toEqual([
      '@types/ms@0.7.34',
      'is-number@6.0.0',
      'is-number@7.0.0',
      'is-odd@3.0.1',
    ]);
  });

  test('a lock file of one package has no importers, and may stand in the older notation of pnpm 6', async () => {
    const text = [
      'lockfileVersion: 5.3',
      'specifiers:',
      '  debug: ^4.3.4',
      'dependencies:',
      '  debug: 4.3.4_supports-color@9.0.0',
      'packages:',
      '  /debug/4.3.4_supports-color@9.0.0:',
      '    resolution: {integrity: sha512-x}',
      '    dependencies: {ms: 2.1.2}',
      '    dev: false',
      '  /ms/2.1.2:',
      '    resolution: {integrity: sha512-x}',
      '    dev: false',
      '',
    ].join('\n');
    const folder = tree({ 'package.json': { name: 'app' }, 'pnpm-lock.yaml': text });
    pnpmStore(folder, '.', { 'debug@4.3.4': ['ms@2.1.2'], 'ms@2.1.2': [] });
    link(folder, 'node_modules/debug', storeOf('.', 'debug@4.3.4'));
    expect(await seen(folder, { artifact: '.' })).toMatchObject({
      production: 2,
      installed: 2,
      missing: nothing,
      offLock: nothing,
    });
  });

  test('a lock file of another age, or with a merge conflict in it, is said', async () => {
    const future = tree({ 'package.json': {}, 'pnpm-lock.yaml': "lockfileVersion: '12.0'\n" });
    expect((await seen(future)).noLock?.kind).toBe('unread');
    const conflict = tree({ 'package.json': {}, 'pnpm-lock.yaml': '<<<<<<< ours\na: [\n=======\n' });
    expect((await seen(conflict)).noLock).toMatchObject({
      kind: 'unread',
      text: expect.stringContaining('merge conflict'),
    });
  });
});

describe('what cannot be looked at', () => {
  test('no package.json: nothing to look at', async () => {
    expect(await look(tree())).toMatchObject({ state: 'absent', add: 'repository' });
  });

  test('an artifact that is not there', async () => {
    expect(await look(tree({ 'package.json': {} }), { artifact: 'out' })).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: expect.stringContaining('no such folder'),
    });
  });

  test('a package.json and a lock file that are no JSON', async () => {
    expect(await look(tree({ 'package.json': '{' }))).toMatchObject({ state: 'unreachable', cause: 'malformed' });
    const folder = tree({ 'package.json': {}, 'package-lock.json': 'secret-token {' });
    const fact = await look(folder);
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'malformed' });
    expect(JSON.stringify(fact)).not.toContain('secret-token');
  });

  test('links that lead in a circle or out of node_modules end', async () => {
    const folder = tree({
      'package.json': { name: 'app' },
      'package-lock.json': { lockfileVersion: 3, packages: { '': {} } },
    });
    write(folder, { 'other/package.json': { name: 'other', version: '1.0.0' } });
    link(folder, 'node_modules/circle', 'node_modules/circle');
    link(folder, 'node_modules/self', 'node_modules');
    link(folder, 'node_modules/other', 'other');
    expect(await seen(folder, { artifact: '.' })).toMatchObject({ installed: 0, extraneous: nothing });
  });
});
