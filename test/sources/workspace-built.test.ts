import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { Folder } from '../../fixtures/servers/folder.ts';
import type { FactStore } from '../../src/engine/store.ts';
import { storeFor } from '../support/gathering.ts';
import { at, tree, write } from '../support/tree.ts';

const stores: FactStore[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

async function look(folder: Folder, settings: Record<string, unknown> = {}) {
  const store = storeFor({ base: folder.path, settings });
  stores.push(store);
  return store.get('workspace.packages');
}

async function seen(folder: Folder) {
  const fact = await look(folder);
  if (fact.state !== 'known') throw new Error(JSON.stringify(fact));
  return fact.value;
}

async function only(folder: Folder) {
  const { packages } = await seen(folder);
  expect(packages).toHaveLength(1);
  const [one] = packages;
  if (!one) throw new Error('no package');
  return one;
}

const states = (one: { outputs: readonly { path: string; state: string }[] }) =>
  Object.fromEntries(one.outputs.map(({ path, state }) => [path, state]));

/** A library with sources written at 0 and outputs at 10 minutes. */
function library(manifest: Record<string, unknown> = {}): Folder {
  const folder = tree({
    'package.json': {
      name: 'lib',
      scripts: { build: 'tsup src/index.ts' },
      main: './dist/index.cjs',
      module: './dist/index.js',
      types: './dist/index.d.ts',
      ...manifest,
    },
    'src/index.ts': 'export {}',
    'src/other.ts': 'export {}',
    'dist/index.cjs': '',
    'dist/index.js': '',
    'dist/index.d.ts': '',
  });
  at(folder, 0, 'src/index.ts', 'src/other.ts');
  at(folder, 10, 'dist/index.cjs', 'dist/index.js', 'dist/index.d.ts');
  return folder;
}

describe('one package', () => {
  test('outputs that are there and newer than the sources', async () => {
    const one = await only(library());
    expect(one).toMatchObject({
      name: 'lib',
      folder: '.',
      kind: 'library',
      unknown: null,
      sources: 2,
      late: { count: 0 },
      spanMs: 600_000,
      record: null,
      newestSource: { at: '2026-11-01T12:00:00.000Z' },
      oldestOutput: { at: '2026-11-01T12:10:00.000Z' },
    });
    expect(states(one)).toEqual({ 'dist/index.cjs': 'built', 'dist/index.js': 'built', 'dist/index.d.ts': 'built' });
  });

  test('a source that was changed after the build', async () => {
    const folder = library();
    at(folder, 20, 'src/other.ts');
    expect((await only(folder)).late).toEqual({
      count: 1,
      first: [
        {
          source: { path: 'src/other.ts', at: '2026-11-01T12:20:00.000Z' },
          output: { path: 'dist/index.cjs', at: '2026-11-01T12:10:00.000Z' },
        },
      ],
    });
  });

  test('tests, stories, notes and editors’ leftovers are no sources', async () => {
    const folder = library();
    const later = [
      'src/other.test.ts',
      'src/__tests__/a.ts',
      'src/a.stories.tsx',
      'src/README.md',
      'src/index.ts~',
      'README.md',
      'vite.config.ts',
    ];
    write(folder, Object.fromEntries(later.map((path) => [path, ''])));
    at(folder, 20, ...later);
    expect(await only(folder)).toMatchObject({ sources: 2, late: { count: 0 } });
  });

  test('an output that is older than the others was left out by the last build', async () => {
    const folder = library();
    at(folder, 5, 'src/other.ts');
    at(folder, 2, 'dist/index.d.ts');
    expect((await only(folder)).late.first).toMatchObject([
      { source: { path: 'src/other.ts' }, output: { path: 'dist/index.d.ts' } },
    ]);
  });

  test('a compiler that writes a file for each source is held to that file', async () => {
    const folder = library();
    // An incremental compiler wrote other.js anew, and left index.js as it was.
    write(folder, { 'dist/other.js': '' });
    at(folder, 20, 'src/other.ts');
    at(folder, 21, 'dist/other.js');
    expect((await only(folder)).late.count).toBe(0);
    at(folder, 22, 'src/other.ts');
    expect((await only(folder)).late.count).toBe(1);
  });

  test('missing outputs by every field, condition and pattern', async () => {
    const folder = library({
      bin: { lib: 'bin/lib.js', more: './dist/more.js' },
      exports: {
        '.': { import: { types: './dist/index.d.ts', default: './dist/index.js' }, require: './dist/index.cjs' },
        './deep': { node: [null, './dist/deep.js'], default: null },
        './icons/*': './dist/icons/*.js',
        './parts/*': './dist/parts/*',
        './package.json': './package.json',
        './styles.css': './styles.css',
      },
    });
    write(folder, { 'bin/lib.js': '', 'dist/icons/a/b.js': '' });
    expect(states(await only(folder))).toEqual({
      'dist/index.cjs': 'built',
      'dist/index.js': 'built',
      'dist/index.d.ts': 'built',
      'bin/lib.js': 'source',
      'dist/more.js': 'missing',
      'dist/deep.js': 'missing',
      'dist/icons/*.js': 'built',
      'dist/parts/*': 'missing',
      'styles.css': 'missing',
    });
  });

  test('main without an ending, and a folder, are found as Node finds them', async () => {
    const folder = library({ main: './dist/index', module: 'dist/esm', types: 'dist/index' });
    write(folder, { 'dist/esm/index.js': '', 'dist/index.js': '' });
    expect((await only(folder)).outputs.every(({ state }) => state === 'built')).toBe(true);
  });

  test('a package that only checks types and exports its sources has nothing to be stale', async () => {
    const folder = tree({
      'package.json': {
        name: 'ui',
        scripts: { build: 'tsc --noEmit && svelte-check' },
        exports: { '.': './src/index.ts', './*': './src/*.svelte' },
      },
      'src/index.ts': '',
      'src/Button.svelte': '',
    });
    const one = await only(folder);
    expect(one).toMatchObject({ typeCheckOnly: true, unknown: null, oldestOutput: null, late: { count: 0 } });
    expect(states(one)).toEqual({ 'src/index.ts': 'source', 'src/*.svelte': 'source' });
  });

  test('tsc in a package whose tsconfig.json emits nothing only checks', async () => {
    const folder = tree({
      'package.json': { name: 'ui', scripts: { build: 'tsc -p .' }, main: 'src/index.ts' },
      'tsconfig.json': '{ // checks\n "compilerOptions": { "noEmit": true } }',
      'src/index.ts': '',
    });
    expect(await only(folder)).toMatchObject({ typeCheckOnly: true });
    write(folder, { 'tsconfig.json': '{ "compilerOptions": { "outDir": "./lib" } }' });
    expect(await only(folder)).toMatchObject({ typeCheckOnly: false });
  });

  test('folders that only tsconfig or the build script name as outputs', async () => {
    const folder = library({
      main: './lib/index.js',
      module: './es/index.js',
      types: './typings/index.d.ts',
      scripts: { build: 'babel src --out-dir es && tsc' },
    });
    write(folder, {
      'lib/index.js': '',
      'es/index.js': '',
      'typings/index.d.ts': '',
      'tsconfig.build.json': '{ "compilerOptions": { "outDir": "./lib" } }',
    });
    // Nobody says that a build writes typings: it may be written by hand.
    expect(states(await only(folder))).toEqual({
      'lib/index.js': 'built',
      'es/index.js': 'built',
      'typings/index.d.ts': 'source',
    });
  });

  test('without main or exports, the file that it is started from; without that, nothing is known', async () => {
    const folder = library({
      main: undefined,
      module: undefined,
      types: undefined,
      scripts: { build: 'tsup', start: 'node --enable-source-maps dist/server.js' },
    });
    expect(states(await only(folder))).toEqual({ 'dist/server.js': 'missing' });
    const none = library({ main: undefined, module: undefined, types: undefined });
    expect((await only(none)).unknown).toContain('names no output');
  });

  test('without a src folder the code outside of the outputs and of tests counts', async () => {
    const folder = tree({
      'package.json': { name: 'flat', scripts: { build: 'tsc' }, main: 'dist/index.js' },
      'index.ts': '',
      'lib/a.ts': '',
      'test/a.ts': '',
      'tsup.config.ts': '',
      'dist/index.js': '',
      'node_modules/x/index.js': '',
    });
    at(folder, 0, 'index.ts', 'lib/a.ts');
    at(folder, 10, 'dist/index.js');
    expect(await only(folder)).toMatchObject({ sources: 2, late: { count: 0 } });
  });

  test('outputs beside their sources, and a declaration that is written by hand', async () => {
    const folder = tree({
      'package.json': { name: 'flat', scripts: { build: 'tsc' }, main: 'index.js', types: 'types.d.ts' },
      'index.ts': '',
      'index.js': '',
      'types.d.ts': '',
      'lib/other.ts': '',
      'lib/other.js': '',
    });
    at(folder, 0, 'index.ts', 'lib/other.ts');
    at(folder, 10, 'index.js');
    at(folder, 11, 'lib/other.js');
    expect(await only(folder)).toMatchObject({ sources: 2, late: { count: 0 } });
    expect(states(await only(folder))).toEqual({ 'index.js': 'built', 'types.d.ts': 'source' });
  });

  test('what is deployed holds no sources, though it lies in the repository', async () => {
    const folder = tree({
      'package.json': { name: 'flat', scripts: { build: 'tsc' }, main: 'dist/index.js' },
      'index.ts': '',
      'dist/index.js': '',
      'deploy/index.js': '',
    });
    at(folder, 0, 'index.ts');
    at(folder, 10, 'dist/index.js');
    at(folder, 20, 'deploy/index.js');
    expect(await look(folder, { artifact: './deploy' })).toMatchObject({
      value: { packages: [{ sources: 1, late: { count: 0 } }] },
    });
  });

  test('an output that leads out of the repository is missing, whatever lies there', async () => {
    const folder = library({ main: '../../../../../../etc/hostname', module: './dist/link.js', types: undefined });
    symlinkSync('/etc/hostname', join(folder.path, 'dist/link.js'));
    expect(Object.values(states(await only(folder)))).toEqual(['missing', 'missing']);
  });
});

describe('a record of the build', () => {
  const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
  function compiled(words: string[] = ['-p', '.']): Folder {
    const folder = tree({
      'package.json': { name: 'lib', scripts: { build: 'tsc -p .' }, main: 'dist/index.js' },
      'tsconfig.json': {
        compilerOptions: { incremental: true, outDir: 'dist', rootDir: 'src', types: [], lib: ['es5'], noLib: false },
        include: ['src'],
      },
      'src/index.ts': 'export const one: number = 1;\n',
      'src/other.ts': 'export const other = "é";\n',
    });
    execFileSync('node', [tsc, ...words], { cwd: folder.path });
    return folder;
  }

  test('TypeScript’s own binds outputs to sources by digest, whatever the times say', async () => {
    const folder = compiled();
    at(folder, 0, 'src/index.ts', 'src/other.ts', 'dist/index.js', 'dist/other.js');
    expect(await only(folder)).toMatchObject({ spanMs: 0, record: { file: 'tsconfig.tsbuildinfo', changed: [] } });
    at(folder, 20, 'src/other.ts');
    expect((await only(folder)).record?.changed).toEqual([]);
  });

  test('a changed source is told, and one that is gone', async () => {
    const folder = compiled();
    writeFileSync(join(folder.path, 'src/index.ts'), 'export const one = 2;\n');
    expect((await only(folder)).record?.changed).toEqual(['src/index.ts']);
    rmSync(join(folder.path, 'src/other.ts'));
    expect((await only(folder)).record?.changed).toEqual(['src/index.ts', 'src/other.ts']);
  });

  test('a source that the compiler does not know leaves it to the times', async () => {
    const folder = compiled();
    write(folder, { 'src/style.css': '' });
    expect((await only(folder)).record).toBeNull();
  });

  test('a mere check binds nothing', async () => {
    const folder = compiled(['-p', '.', '--noEmit', '--tsBuildInfoFile', 'check.tsbuildinfo']);
    write(folder, { 'dist/index.js': '' });
    expect((await only(folder)).record).toBeNull();
  });
});

describe('applications', () => {
  const kit = (config: string, files: Record<string, string>, more: Record<string, string> = {}): Folder => {
    const folder = tree({
      'package.json': {
        name: 'web',
        private: true,
        scripts: { build: 'vite build' },
        devDependencies: {
          '@sveltejs/kit': '2',
          '@sveltejs/adapter-node': '5',
          '@sveltejs/adapter-auto': '3',
          ...more,
        },
      },
      'svelte.config.js': config,
      'src/routes/+page.svelte': '',
      'static/favicon.png': '',
      ...files,
    });
    at(folder, 0, 'src/routes/+page.svelte', 'static/favicon.png');
    at(folder, 10, ...Object.keys(files));
    return folder;
  };
  const node = "import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter() } };";

  test('SvelteKit with adapter-node leaves build/', async () => {
    const one = await only(kit(node, { 'build/index.js': '', 'build/handler.js': '' }));
    expect(one).toMatchObject({
      kind: 'application',
      framework: 'SvelteKit with adapter-node',
      sources: 2,
      late: { count: 0 },
    });
    expect(states(one)).toEqual({ 'build/index.js': 'built', 'build/handler.js': 'built' });
  });

  test('without the adapter’s output, .svelte-kit/output does not do', async () => {
    const one = await only(kit(node, { '.svelte-kit/output/server/index.js': '' }));
    expect(states(one)).toEqual({ 'build/index.js': 'missing', 'build/handler.js': 'missing' });
  });

  test('a static file that was changed after the build', async () => {
    const folder = kit(node, { 'build/index.js': '', 'build/handler.js': '' });
    at(folder, 20, 'static/favicon.png');
    expect((await only(folder)).late.count).toBe(1);
  });

  test('the adapter’s own folder, and one that is computed', async () => {
    const out = node.replace('adapter()', "adapter({ out: './server' /* out: 'no' */ })");
    expect(states(await only(kit(out, { 'server/index.js': '', 'server/handler.js': '' })))).toEqual({
      'server/index.js': 'built',
      'server/handler.js': 'built',
    });
    const computed = node.replace('adapter()', 'adapter({ out: process.env.OUT })');
    expect((await only(kit(computed, { '.svelte-kit/output/server/index.js': '' }))).unknown).toContain('adapter-node');
  });

  test('adapter-static with a fallback page, and adapter-auto, whose place nobody knows', async () => {
    const fallback =
      "import adapter from '@sveltejs/adapter-static';\nexport default { kit: { adapter: adapter({ fallback: '200.html' }) } };";
    expect(states(await only(kit(fallback, { 'build/200.html': '' })))).toEqual({ 'build/200.html': 'built' });
    const auto = node.replace('adapter-node', 'adapter-auto');
    expect(await only(kit(auto, { '.svelte-kit/output/server/index.js': '' }))).toMatchObject({
      unknown: 'where adapter-auto writes to is not known',
      outputs: [{ state: 'built' }],
    });
  });

  test('Next.js, Nuxt, Astro and Vite by what their builds write', async () => {
    const app = (name: string, build: string, made: string) =>
      tree({
        'package.json': { name: 'web', scripts: { build }, dependencies: { [name]: '1' } },
        'index.html': '',
        [made]: '',
      });
    for (const [name, build, made] of [
      ['next', 'next build', '.next/BUILD_ID'],
      ['nuxt', 'nuxt build', '.output/nitro.json'],
      ['astro', 'astro build', 'dist/index.html'],
      ['vite', 'tsc --noEmit && vite build', 'dist/index.html'],
    ] as const) {
      const one = await only(app(name, build, made));
      expect([one.kind, states(one)]).toEqual(['application', { [made]: 'built' }]);
    }
  });
});

describe('workspaces', () => {
  const members = {
    'packages/a/package.json': { name: 'a', scripts: { build: 'tsup' }, main: 'dist/a.js' },
    'packages/b/package.json': { name: 'b' },
    'apps/web/package.json': { name: 'web', scripts: { build: 'tsup' }, main: 'dist/web.js' },
    'apps/web/test/fixture/package.json': { name: 'fixture', scripts: { build: 'tsup' }, main: 'dist/none.js' },
    'packages/a/node_modules/c/package.json': { name: 'c', scripts: { build: 'tsup' }, main: 'dist/none.js' },
  };
  const root = { name: 'root', scripts: { build: 'turbo run build' } };
  const built = async (files: Record<string, string | object>) => {
    const value = await seen(tree({ ...members, ...files }));
    return { ...value, packages: value.packages.map(({ name, kind }) => `${name} ${kind}`) };
  };

  test('pnpm’s patterns, with those that leave out', async () => {
    const value = await built({
      'package.json': root,
      'pnpm-workspace.yaml': "packages:\n  - 'packages/*'\n  - 'apps/**'\n  - '!**/test/**'\n",
    });
    expect(value).toMatchObject({
      manager: 'pnpm',
      total: 4,
      truncated: false,
      packages: ['root root', 'web library', 'a library'],
    });
  });

  test('npm’s list, and yarn’s object', async () => {
    const npm = await built({ 'package.json': { ...root, workspaces: ['packages/*', './apps/web/'] } });
    expect(npm).toMatchObject({ manager: 'npm', total: 4, packages: ['root root', 'web library', 'a library'] });
    const yarn = await built({
      'yarn.lock': '',
      'package.json': { ...root, workspaces: { packages: ['{packages,apps}/*'], nohoist: [] } },
    });
    expect(yarn).toMatchObject({ manager: 'yarn', total: 4, packages: ['root root', 'web library', 'a library'] });
  });

  test('no workspace: the one package; a pnpm-workspace.yaml of settings alone makes none', async () => {
    expect(
      await built({ 'package.json': root, 'pnpm-workspace.yaml': 'onlyBuiltDependencies: [esbuild]\n' }),
    ).toMatchObject({ manager: 'none', total: 1 });
  });

  test('the sources of a member are not those of the root', async () => {
    const folder = tree({
      'package.json': { name: 'root', workspaces: ['packages/*'], scripts: { build: 'tsup' }, main: 'dist/index.js' },
      'index.ts': '',
      'dist/index.js': '',
      'packages/a/package.json': { name: 'a' },
      'packages/a/src/index.ts': '',
    });
    at(folder, 0, 'index.ts');
    at(folder, 10, 'dist/index.js');
    expect(await only(folder)).toMatchObject({ name: 'root', sources: 1, late: { count: 0 } });
  });

  test('a link in a circle ends, and many thousand files are bounded', async () => {
    const folder = library();
    symlinkSync('..', join(folder.path, 'src/up'));
    mkdirSync(join(folder.path, 'src/many'));
    for (let n = 0; n < 12_000; n += 1) writeFileSync(join(folder.path, `src/many/${n}.ts`), '');
    const value = await seen(folder);
    expect(value.truncated).toBe(false);
    expect(value.packages[0]?.sources).toBe(12_002);
    expect(value.packages[0]?.late).toMatchObject({ count: 12_000 });
    expect(value.packages[0]?.late.first).toHaveLength(10);
  });
});

describe('what cannot be looked at', () => {
  test('no package.json', async () => {
    expect(await look(tree(), {})).toMatchObject({ state: 'absent', add: 'repository' });
  });

  test('files that are no JSON and no YAML are said with their place', async () => {
    expect(await look(tree({ 'package.json': '[]' }))).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: expect.stringContaining('package.json'),
    });
    const yaml = tree({ 'package.json': {}, 'pnpm-workspace.yaml': 'packages: [a' });
    expect(await look(yaml)).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: expect.stringContaining('pnpm-workspace.yaml'),
    });
    const member = tree({ 'package.json': { workspaces: ['a'] }, 'a/package.json': '{"name":' });
    expect(await look(member)).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: expect.stringContaining('a/package.json'),
    });
  });
});
