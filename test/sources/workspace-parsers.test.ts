import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parseAdvisories } from '../../src/sources/workspace/advisory.ts';
import { applicationOf } from '../../src/sources/workspace/applications.ts';
import { parseBuildRecord } from '../../src/sources/workspace/build-record.ts';
import { compile, matchName } from '../../src/sources/workspace/globs.ts';
import { type Lock, reach } from '../../src/sources/workspace/lock/lock.ts';
import { parseNpmLock } from '../../src/sources/workspace/lock/npm.ts';
import { parsePnpmLock } from '../../src/sources/workspace/lock/pnpm.ts';
import { manifestOf } from '../../src/sources/workspace/manifest.ts';
import { parseNpmrc } from '../../src/sources/workspace/npmrc.ts';
import { buildsOthers, isMade, namedOutputs, onlyChecks } from '../../src/sources/workspace/outputs.ts';

describe('patterns of a workspace', () => {
  test.each([
    ['packages/*', ['packages/a'], ['packages', 'packages/a/b', 'apps/a']],
    ['packages/**', ['packages', 'packages/a', 'packages/a/b'], ['apps/a']],
    ['**/lib', ['lib', 'a/lib', 'a/b/lib'], ['library', 'a/lib/b']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a', 'z', 'a/b']],
    ['./apps/web/', ['apps/web'], ['apps']],
    ['packages/{a,b}-*', ['packages/a-1', 'packages/b-x'], ['packages/c-1', 'packages/a']],
    ['app?', ['apps', 'app1'], ['app', 'apps/a']],
    ['packages/a/package.json', ['packages/a'], ['packages/a/package.json']],
    ['a.b', ['a.b'], ['axb']],
  ])('%s', (pattern, yes, no) => {
    const { matches } = compile([pattern]);
    expect(yes.filter((folder) => !matches(folder))).toEqual([]);
    expect(no.filter((folder) => matches(folder))).toEqual([]);
  });

  test('with an exclamation mark leave out', () => {
    const { matches } = compile(['packages/**', '!**/test/**']);
    expect([matches('packages/a'), matches('packages/a/test/b')]).toEqual([true, false]);
  });

  test('never throw, and a star matches what it should', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (pattern, folder) => void compile([pattern]).matches(folder)));
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '.') });
    fc.assert(fc.property(part, part, part, (a, b, c) => matchName(`${a}*${c}`, a + b + c)));
  });

  test('made to be slow are not', () => {
    expect(compile([`${'*a'.repeat(200)}b`]).matches('a'.repeat(250))).toBe(false);
    expect(compile([`${'**/a/'.repeat(90)}b`]).matches('a/'.repeat(120))).toBe(false);
  });
});

describe('lock files', () => {
  const reached = (lock: Lock, ...folders: string[]) => {
    const { production, optional, dev, linked } = reach(lock, folders);
    return {
      production: [...production].sort(),
      optional: [...optional].sort(),
      dev: [...dev].sort(),
      linked: [...linked].sort(),
    };
  };

  test('npm: peers that are not optional are needed, an optional dependency’s own are optional, cycles end', () => {
    const lock = parseNpmLock({
      lockfileVersion: 3,
      packages: {
        '': { dependencies: { a: '1' }, optionalDependencies: { o: '1' }, devDependencies: { d: '1' } },
        'node_modules/a': {
          version: '1.0.0',
          dependencies: { c: '1' },
          peerDependencies: { p: '1', q: '1', gone: '1' },
          peerDependenciesMeta: { q: { optional: true } },
        },
        'node_modules/c': { version: '1.0.0', dependencies: { a: '1' } },
        'node_modules/p': { version: '1.0.0' },
        'node_modules/q': { version: '1.0.0', dev: true },
        'node_modules/o': { version: '1.0.0', optional: true, dependencies: { n: '1' } },
        'node_modules/n': { version: '1.0.0', optional: true },
        'node_modules/d': { version: '1.0.0', dev: true, dependencies: { q: '1', c: '1' } },
      },
    });
    if (!lock) throw new Error('no lock');
    expect(reached(lock, '.')).toEqual({
      production: ['node_modules/a', 'node_modules/c', 'node_modules/p'],
      optional: ['node_modules/n', 'node_modules/o'],
      dev: ['node_modules/d', 'node_modules/q'],
      linked: [],
    });
  });

  test('npm: names are looked up as Node does, from a package of the workspace too', () => {
    const lock = parseNpmLock({
      lockfileVersion: 2,
      packages: {
        '': { workspaces: ['packages/*'] },
        'packages/x': { version: '1.0.0', dependencies: { '@s/b': '2', c: '1' }, devDependencies: { e: '1' } },
        'packages/x/node_modules/@s/b': { version: '2.0.0', dependencies: { c: '1' } },
        'node_modules/x': { resolved: 'packages/x', link: true },
        'node_modules/@s/b': { version: '1.0.0' },
        'node_modules/c': { name: 'real-c', version: '1.0.0' },
        'node_modules/e': { version: '1.0.0', dev: true },
      },
    });
    if (!lock) throw new Error('no lock');
    expect(reached(lock, '.')).toEqual({
      production: ['node_modules/c', 'packages/x/node_modules/@s/b'],
      optional: [],
      dev: [],
      linked: ['x'],
    });
    expect(reached(lock, '.', 'packages/x').dev).toEqual(['node_modules/e']);
    expect(lock.packages.get('node_modules/c')).toMatchObject({ name: 'real-c', version: '1.0.0' });
    expect(lock.packages.get('packages/x/node_modules/@s/b')?.name).toBe('@s/b');
  });

  test('pnpm: tarballs, folders, git, another registry and aliases', () => {
    const nine = parsePnpmLock(
      load(`
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      tar: {specifier: x, version: https://example.com/tar.tgz}
      dir: {specifier: file:dir, version: file:dir}
      alias: {specifier: npm:@s/real@1, version: '@s/real@1.2.3(peer@1.0.0)'}
packages:
  tar@https://example.com/tar.tgz: {resolution: {tarball: x}, version: 3.2.1}
  dir@file:dir: {resolution: {directory: dir, type: directory}}
  '@s/real@1.2.3': {resolution: {integrity: x}}
snapshots:
  tar@https://example.com/tar.tgz: {}
  dir@file:dir: {}
  '@s/real@1.2.3(peer@1.0.0)': {}
`),
    );
    expect([...(nine?.packages.values() ?? [])].map(({ name, version }) => `${name} ${version}`)).toEqual([
      'tar 3.2.1',
      'dir null',
      '@s/real 1.2.3',
    ]);
    expect(nine && reached(nine, '.').production).toHaveLength(3);
    const five = parsePnpmLock({
      lockfileVersion: 5.4,
      dependencies: { a: 'npm.acme.example/a/1.0.0', g: 'github.com/acme/g/0123abc', r: '/@s/real/1.2.3_peer@1.0.0' },
      packages: {
        'npm.acme.example/a/1.0.0': {},
        'github.com/acme/g/0123abc': { name: 'g', version: '0.1.0' },
        '/@s/real/1.2.3_peer@1.0.0': {},
      },
    });
    expect([...(five?.packages.values() ?? [])].map(({ name, version }) => `${name} ${version}`)).toEqual([
      'a 1.0.0',
      'g 0.1.0',
      '@s/real 1.2.3',
    ]);
    expect(five && reached(five, '.').production).toHaveLength(3);
  });

  test('never throw, whatever JSON or YAML held', () => {
    const keys = fc.constantFrom(
      'packages',
      'importers',
      'snapshots',
      'dependencies',
      'devDependencies',
      '.',
      '',
      'node_modules/a',
      'a',
      'link',
      'resolved',
      'version',
      '/a/1.0.0',
      'a@1.0.0',
    );
    const value = fc.object({ key: keys, maxDepth: 5, withNullPrototype: false });
    fc.assert(
      fc.property(value, fc.constantFrom(5.4, '6.0', '9.0'), (one, lockfileVersion) => {
        for (const lock of [parseNpmLock({ ...one, lockfileVersion: 3 }), parsePnpmLock({ ...one, lockfileVersion })]) {
          if (lock) reach(lock, lock.importers.keys());
        }
      }),
    );
    for (const other of [null, 1, 'x', [], {}, { lockfileVersion: 'x' }, { lockfileVersion: 4 }])
      expect(parsePnpmLock(other)).toBeNull();
  });
});

describe('package.json', () => {
  test('whatever it holds, reading it never throws', () => {
    const keys = fc.constantFrom(
      'name',
      'main',
      'exports',
      'bin',
      'scripts',
      'build',
      'dependencies',
      'workspaces',
      'packages',
      '.',
      './*',
      'import',
      '@sveltejs/kit',
    );
    fc.assert(
      fc.property(fc.object({ key: keys, maxDepth: 12 }), fc.string(), (one, config) => {
        const manifest = manifestOf(one);
        namedOutputs(manifest.entry);
        applicationOf({ ...manifest, devDependencies: { '@sveltejs/kit': '2' } }, { config, has: () => true });
        isMade(config, { script: config, compilerFolders: [] });
        onlyChecks(config, true);
        buildsOthers(config);
      }),
    );
  });

  test('exports that nest without end are cut', () => {
    let exports: unknown = './dist/deep.js';
    for (let n = 0; n < 10_000; n += 1) exports = { import: exports };
    expect(namedOutputs({ exports })).toEqual([]);
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`./${n}`, `./dist/${n}.js`]));
    expect(namedOutputs({ exports: wide })).toHaveLength(300);
  });

  test.each([
    ['tsc --noEmit', true],
    ['pnpm exec tsc --noEmit && eslint .', true],
    ['svelte-kit sync && svelte-check --tsconfig ./tsconfig.json', true],
    ['npm run typecheck', true],
    ['tsc -p tsconfig.json', true],
    ['tsc -p tsconfig.build.json', false],
    ['tsc --noEmit false', false],
    ['tsc --noEmit && tsup', false],
    ['vite build', false],
    ['', false],
  ])('%s only checks: %s (with noEmit in tsconfig.json)', (script, expected) => {
    expect(onlyChecks(script, true)).toBe(expected);
  });

  test('tsc without noEmit writes', () => {
    expect(onlyChecks('tsc', false)).toBe(false);
  });

  test.each([
    ['turbo run build', true],
    ['pnpm -r build', true],
    ['pnpm --filter "./packages/**" run build', true],
    ['npm run build --workspaces', true],
    ['yarn workspaces foreach -A run build', true],
    ['vite build', false],
    ['npm run build:css', false],
  ])('%s only runs the builds of others: %s', (script, expected) => {
    expect(buildsOthers(script)).toBe(expected);
  });
});

describe('the rest', () => {
  test('a .tsbuildinfo of TypeScript 4, with its digests below program', () => {
    const digest = 'a'.repeat(64);
    const record = parseBuildRecord(
      JSON.stringify({
        program: {
          fileNames: ['./src/a.ts', './src/b.ts'],
          fileInfos: [{ version: digest }, digest],
          options: { outDir: './dist', emitDeclarationOnly: true },
        },
        version: '4.9.5',
      }),
    );
    expect(record).toEqual({
      digests: new Map([
        ['./src/a.ts', digest],
        ['./src/b.ts', digest],
      ]),
      outDir: './dist',
      declarationsOnly: true,
    });
  });

  test.each([
    '',
    '[]',
    '{"root":["./src/index.ts"],"version":"5.7.2"}',
    '{"fileNames":[],"fileInfos":[],"options":{"outDir":"x"}}',
  ])('%s binds nothing', (text) => {
    expect(parseBuildRecord(text)).toBeNull();
  });

  test('npmrc: comments, quotes, the last one counts, nothing is expanded', () => {
    const text =
      '#registry=http://a/\n;registry=http://b/\nregistry = http://c/\r\nregistry="http://d/"\n@s:registry=http://e/\n//d/:_authToken=x\n';
    expect(parseNpmrc(text)).toEqual({ registry: 'http://d/', scopes: new Map([['@s', 'http://e/']]) });
    expect(parseNpmrc('registry=${HOME}').registry).toBe('${HOME}');
  });

  test('parsers never throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parseNpmrc(text);
        parseAdvisories(text);
        parseBuildRecord(text);
      }),
    );
  });
});
