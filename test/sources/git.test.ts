import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Facts, Known } from '../../src/facts/index.ts';
import { Secret } from '../../src/config/secret.ts';
import { showFile } from '../../src/sources/git/show.ts';
import { fingerprintOf } from '../../src/sources/git/tracked-secrets.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { makeFolder, makeRepository, removeMade, repositoryIn } from './git-made.ts';

afterAll(removeMade);

async function look<N extends 'git.repository' | 'git.tracked-secrets'>(
  name: N,
  base: string,
  options: LookOptions = {},
): Promise<Known<Facts[N]>> {
  const store = storeFor({ base, ...options });
  try {
    return await store.get(name);
  } finally {
    await store.close();
  }
}

async function secretsIn(base: string, options: LookOptions = {}): Promise<Facts['git.tracked-secrets']> {
  const fact = await look('git.tracked-secrets', base, options);
  if (fact.state !== 'known') throw new Error(`not known: ${fact.because}`);
  return fact.value;
}

const random = 'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U';
const leaksOf = (value: Facts['git.tracked-secrets']) =>
  value.leaks.map(({ file, line, kind, key }) => [file, line, kind, key]);

describe('a repository', () => {
  test('its commit and tracked files, whatever their names hold', async () => {
    const made = makeRepository();
    const strange = ['a\nb.txt', ' sp ace ', 'tab\there', 'ü/日本.md', '"quoted"', '-rf', ':(top)x', '.env'];
    made.track(Object.fromEntries(strange.map((name) => [name, 'x'])));
    const commit = made.commit();
    writeFileSync(join(made.folder, 'untracked'), 'x');
    const fact = await look('git.repository', made.folder);
    expect(fact).toMatchObject({
      state: 'known',
      value: { commit, shallow: false, partial: false, bare: false, changed: 0, tracked: strange.length },
      where: `git in ${made.folder}`,
    });
    expect(fact.state === 'known' && [...fact.value.files].sort()).toEqual([...strange].sort());
  });

  test('from a folder below its top, and by svcheck.yaml', async () => {
    const made = makeRepository();
    made.track({ 'top.txt': 'x', 'apps/web/a.txt': 'x' });
    made.commit();
    const below = await look('git.repository', join(made.folder, 'apps/web'));
    expect(below).toMatchObject({ value: { tracked: 2, files: ['apps/web/a.txt', 'top.txt'] } });
    const named = await look('git.repository', makeFolder(), { settings: { repository: made.folder } });
    expect(named).toMatchObject({ value: { tracked: 2 } });
  });

  test('before the first commit', async () => {
    const made = makeRepository();
    expect(await look('git.repository', made.folder)).toMatchObject({
      value: { commit: null, tracked: 0, changed: null },
    });
    made.track({ a: 'x' });
    expect(await look('git.repository', made.folder)).toMatchObject({ value: { commit: null, tracked: 1 } });
  });

  test('what is staged and what is changed counts, once', async () => {
    const made = makeRepository();
    made.track({ a: 'x', b: 'x', c: 'x' });
    made.commit();
    made.track({ a: 'staged' });
    writeFileSync(join(made.folder, 'a'), 'and changed again');
    writeFileSync(join(made.folder, 'b'), 'changed');
    expect(await look('git.repository', made.folder)).toMatchObject({ value: { changed: 2 } });
  });

  test('a shallow, a bare and a partial clone are told apart', async () => {
    const made = makeRepository();
    made.track({ a: 'x' });
    made.commit('one');
    made.track({ a: 'y' });
    made.commit('two');
    const clone = (name: string, ...options: string[]) => {
      const folder = join(makeFolder(), name);
      made.git('clone', '-q', ...options, `file://${made.folder}`, folder);
      return folder;
    };
    expect(await look('git.repository', clone('shallow', '--depth=1'))).toMatchObject({
      value: { shallow: true, bare: false, tracked: 1 },
    });
    expect(await look('git.repository', clone('bare', '--bare'))).toMatchObject({
      value: { shallow: false, bare: true, changed: null, tracked: 1, files: ['a'] },
    });
    made.git('config', 'uploadpack.allowFilter', 'true');
    expect(await look('git.repository', clone('partial', '--filter=blob:none'))).toMatchObject({
      value: { partial: true },
    });
  });

  test('a folder in no repository is nothing to look at', async () => {
    const folder = makeFolder();
    expect(await look('git.repository', folder)).toMatchObject({ state: 'absent', add: 'repository' });
    expect(await look('git.tracked-secrets', folder)).toMatchObject({ state: 'absent' });
  });

  test('a folder that is not there, and a repository that is broken, say what to do', async () => {
    expect(await look('git.repository', makeFolder(), { settings: { repository: 'gone' } })).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      fix: 'correct `repository` in svcheck.yaml',
    });
    const made = makeRepository();
    writeFileSync(join(made.folder, '.git/config'), '[core\nbroken');
    expect(await look('git.repository', made.folder)).toMatchObject({ state: 'unreachable', cause: 'malformed' });
  });

  test('a repository of another user is refused by git, with the command that allows it', async () => {
    const made = makeRepository();
    made.track({ a: 'x' });
    made.commit();
    // What git's own tests do in place of another user.
    const shim = makeFolder();
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    writeFileSync(join(shim, 'git'), `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec ${real} "$@"\n`, {
      mode: 0o755,
    });
    const path = process.env['PATH'];
    process.env['PATH'] = `${shim}:${path}`;
    try {
      expect(await look('git.repository', made.folder)).toMatchObject({
        state: 'unreachable',
        cause: 'not-permitted',
        fix: `git config --global --add safe.directory '${made.folder}'`,
      });
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('without git nothing is hung or crashed', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = makeFolder();
    try {
      expect(await look('git.repository', makeFolder())).toMatchObject({
        state: 'unreachable',
        cause: 'not-permitted',
        fix: 'install git and have it in PATH',
      });
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('a hostile repository', () => {
  test('runs none of its commands', async () => {
    const made = makeRepository();
    const mark = join(makeFolder(), 'ran');
    const script = join(made.folder, 'evil.sh');
    writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> ${mark}\ncat\n`);
    chmodSync(script, 0o755);
    made.track({ '.gitattributes': '* filter=evil diff=evil\n', a: 'x', b: 'x' });
    made.commit();
    for (const hook of ['post-index-change', 'pre-commit', 'reference-transaction']) {
      symlinkSync(script, join(made.folder, '.git/hooks', hook));
    }
    for (const setting of [
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
      'core.editor',
      'core.askPass',
      'gpg.program',
      'diff.external',
      'diff.evil.textconv',
      'diff.evil.command',
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'alias.ls-files',
      'pager.ls-files',
      'pager.cat-file',
    ]) {
      made.git('config', setting, setting.startsWith('alias') ? `!${script}` : script);
    }
    made.git('config', 'log.showSignature', 'true');
    rmSync(mark, { force: true }); // `git config` itself is not under test
    writeFileSync(join(made.folder, 'a'), 'changed, so that a filter would be asked');
    expect(await look('git.repository', made.folder)).toMatchObject({ state: 'known', value: { changed: 1 } });
    expect(await look('git.tracked-secrets', made.folder)).toMatchObject({ state: 'known' });
    expect(existsSync(mark)).toBe(false);
  });

  test('a partial clone fetches nothing: what its files lack is said', async () => {
    const made = makeRepository();
    made.track({ a: 'x', b: 'y' });
    made.commit();
    made.git('config', 'uploadpack.allowFilter', 'true');
    const folder = join(makeFolder(), 'partial');
    made.git('clone', '-q', '--filter=blob:none', '--no-checkout', `file://${made.folder}`, folder);
    const clone = repositoryIn(folder);
    clone.git('read-tree', 'HEAD');
    const packs = () => readdirSync(join(folder, '.git/objects/pack'));
    const before = packs();
    expect(await look('git.tracked-secrets', folder)).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      fix: 'git fetch --refetch --no-filter',
    });
    expect(packs()).toEqual(before);
    clone.git('checkout', '-q', '-f');
    expect(await secretsIn(folder)).toMatchObject({ files: 2, unsearched: 0 });
  });

  test('GIT_DIR of a hook that svcheck runs in does not lead elsewhere', async () => {
    const made = makeRepository();
    made.track({ a: 'x' });
    made.commit();
    process.env['GIT_DIR'] = join(makeRepository().folder, '.git');
    try {
      expect(await look('git.repository', made.folder)).toMatchObject({ value: { tracked: 1 } });
    } finally {
      delete process.env['GIT_DIR'];
    }
  });

  test('is left as it was', async () => {
    const made = makeRepository();
    made.track({ a: 'x' });
    made.commit();
    const listed = () => readdirSync(join(made.folder, '.git'), { recursive: true }).sort();
    const before = listed();
    await look('git.repository', made.folder);
    await look('git.tracked-secrets', made.folder);
    expect(listed()).toEqual(before);
  });
});

describe('secrets in tracked files', () => {
  const env = {
    BETTER_AUTH_SECRET: random,
    DATABASE_URL: 'postgres://app:pW9%2fx7Kq2Z@db.example.com/app',
    NODE_ENV: 'production',
  };

  test('values of the env under audit, plain and encoded, with file and line', async () => {
    const made = makeRepository();
    made.track({
      'src/config.ts': `// first\nexport const secret = '${random}';\n`,
      'k8s/secret.yaml': `data:\n  secret: ${Buffer.from(random).toString('base64')}\n`,
      'ops/url.txt': 'postgres://app:pW9%2fx7Kq2Z@db.example.com/app',
      'ops/decoded.txt': '\n\npassword is pW9/x7Kq2Z here',
      'logo.bin': Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(random)]),
      'README.md': 'NODE_ENV is production',
    });
    made.commit();
    const value = await secretsIn(made.folder, { env });
    expect(leaksOf(value).sort()).toEqual([
      ['k8s/secret.yaml', 2, 'env-value', 'BETTER_AUTH_SECRET'],
      ['logo.bin', 0, 'env-value', 'BETTER_AUTH_SECRET'],
      ['ops/decoded.txt', 3, 'env-value', 'DATABASE_URL'],
      ['ops/url.txt', 1, 'env-value', 'DATABASE_URL'],
      ['src/config.ts', 2, 'env-value', 'BETTER_AUTH_SECRET'],
    ]);
    expect(value).toMatchObject({ files: 6, values: 2, unsearched: 0, more: 0 });
    expect(JSON.stringify(value)).not.toContain(random);
  });

  test('a clean repository has none, and untracked files are not its business', async () => {
    const made = makeRepository();
    made.track({ 'a.ts': 'process.env.BETTER_AUTH_SECRET', '.env.example': 'BETTER_AUTH_SECRET=\n' });
    made.commit();
    writeFileSync(join(made.folder, '.env'), `BETTER_AUTH_SECRET=${random}`);
    expect(await secretsIn(made.folder, { env })).toMatchObject({ files: 2, leaks: [], more: 0 });
  });

  test('what is staged is tracked too', async () => {
    const made = makeRepository();
    made.track({ 'a.ts': random });
    expect(leaksOf(await secretsIn(made.folder, { env }))).toEqual([['a.ts', 1, 'env-value', 'BETTER_AUTH_SECRET']]);
  });

  test("providers' formats, not the examples of documentation", async () => {
    const made = makeRepository();
    made.track({
      'pay.ts': `const stripe = 'sk_live_${random}';\n`,
      // Its last six characters are the checksum of those before.
      'ci.yml': `token: ghp_${random.slice(0, 30)}1Lfer6\n`,
      'compose.yml': 'url: postgres://app:s8Kq2Zr9Lx@db:5432/app\n',
      'docs.md':
        'Use sk_live_1234567890123456789012, ghp_your_token_here, sk_live_xxxxxxxxxxxxxxxxxxxxxxxx,\n' +
        'AKIAIOSFODNN7EXAMPLE or postgres://user:password@localhost/db, postgres://postgres:postgres@db/app,\n' +
        'postgres://app:${DB_PASSWORD}@db/app, -----BEGIN PRIVATE KEY-----\n' +
        'postgres://app:s8Kq2Zr9Lx@localhost/app, redis://:s8Kq2Zr9Lx@cache.example.com, redis://:s8Kq2Zr9Lx@cache.acme.test\n',
    });
    made.commit();
    expect(leaksOf(await secretsIn(made.folder)).sort()).toEqual([
      ['ci.yml', 1, 'github-token', null],
      ['compose.yml', 1, 'address-with-password', null],
      ['pay.ts', 1, 'stripe-key', null],
    ]);
  });

  test('a tracked env file with secrets of its own, not an example or one that holds references', async () => {
    const made = makeRepository();
    made.track({
      '.env.staging': `# staging\nPORT=3000\nSESSION_SECRET=${random}\nAPI_KEY=changeme\n`,
      '.env.test': 'DATABASE_URL=postgres://test:test@localhost/test\nSESSION_SECRET=test-secret-for-tests-only-123\n',
      '.env.example': 'SESSION_SECRET=your-secret-here\n',
      '.env.production': 'SESSION_SECRET=op://prod/session/secret\n',
    });
    made.commit();
    const value = await secretsIn(made.folder);
    expect(leaksOf(value)).toEqual([['.env.staging', 3, 'env-file', 'SESSION_SECRET']]);
    expect(value.vault).toEqual([{ kind: 'reference', file: '.env.production' }]);
  });

  test('short and ordinary values are not searched for; a word only where it is set as something', async () => {
    const made = makeRepository();
    made.track({
      'a.md': 'sunshine, hunter2, postgres and password; Reset your password, please',
      'b.yml': 'password: sunshine\n',
    });
    made.commit();
    const value = await secretsIn(made.folder, {
      env: {
        SMTP_PASS: 'sunshine',
        PIN_KEY: 'hunter2',
        DB_PASSWORD: 'postgres',
        KEY_FILE: '/etc/keys/app.pem',
        PASSWORD_MAIL_SUBJECT: 'Reset your password, please',
      },
    });
    expect(leaksOf(value)).toEqual([['b.yml', 1, 'env-value', 'SMTP_PASS']]);
  });

  test('many leaks are counted, fifty kept', async () => {
    const made = makeRepository();
    made.track({ a: `${random}\n`.repeat(20), b: `${random}\n`.repeat(19), c: `x ${random}\n`.repeat(20) });
    made.commit();
    const value = await secretsIn(made.folder, { env });
    expect([value.leaks.length, value.more]).toEqual([50, 9]);
  });

  test('a large file is named as not searched', async () => {
    const made = makeRepository();
    made.track({ 'dump.sql': 'x'.repeat(8 * 1024 * 1024 + 1), a: 'x' });
    made.commit();
    expect(await secretsIn(made.folder)).toMatchObject({ files: 1, unsearched: 1, unsearchedFiles: ['dump.sql'] });
  });

  test('one content in several files is found in each', async () => {
    const made = makeRepository();
    made.track({ a: random, b: random });
    made.commit();
    expect(leaksOf(await secretsIn(made.folder, { env })).map(([file]) => file)).toEqual(['a', 'b']);
  });

  test('the fingerprint is the same on every clone and after lines moved; an entry under allow is found by it', async () => {
    const made = makeRepository();
    made.track({ 'a.ts': random });
    const root = made.commit();
    const first = (await secretsIn(made.folder, { env })).leaks[0]?.fingerprint;
    expect(first).toBe(fingerprintOf(root, 'env-value', 'a.ts', random));
    made.track({ 'a.ts': `\n\n${random}` });
    made.commit();
    const clone = join(makeFolder(), 'clone');
    made.git('clone', '-q', made.folder, clone);
    const allow = [{ fingerprint: first, why: 'a test', owner: 'ops@example.com', until: '2026-12-31' }];
    const [leak] = (await secretsIn(clone, { env, settings: { allow } })).leaks;
    expect(leak).toMatchObject({ line: 3, fingerprint: first, allowedUntil: '2026-12-31' });
  });

  test('an env file that cannot be read leaves no clean answer, a leak is still one', async () => {
    const made = makeRepository();
    made.track({ 'a.ts': 'x' });
    made.commit();
    const { targetOf } = await import('../support/gathering.ts');
    const { gatherTrackedSecrets } = await import('../../src/sources/git/tracked-secrets.ts');
    const target = targetOf({ base: made.folder, env: { API_TOKEN: random } });
    const broken = {
      ...target.env,
      files: [{ state: 'missing', file: '.env.production', because: 'it is gone' } as const],
    };
    const gather = () =>
      gatherTrackedSecrets({
        target: { ...target, env: broken },
        signal: AbortSignal.timeout(10_000),
        progress: () => {},
      } as unknown as Parameters<typeof gatherTrackedSecrets>[0]);
    expect(await gather()).toMatchObject({ state: 'unreachable', because: 'it is gone' });
    made.track({ 'b.ts': new Secret(random).reveal() });
    expect(await gather()).toMatchObject({ state: 'known', value: { leaks: [{ file: 'b.ts' }] } });
  });

  test('nothing tracked is nothing searched', async () => {
    expect(await secretsIn(makeRepository().folder)).toMatchObject({ files: 0, unsearched: 0, leaks: [] });
  });

  test('a look that is cut ends git', async () => {
    const made = makeRepository();
    made.track(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`f${n}`, `${n}`.repeat(100_000)])));
    made.commit();
    const fact = await look('git.tracked-secrets', made.folder, { limits: { timeoutMs: 1 } });
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'timeout' });
  });
});

describe('traces of a vault', () => {
  test.each([
    ['external-secrets', 'k8s/db.yaml', 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {}\n'],
    ['sealed-secrets', 'k8s/sealed.yml', 'kind: SealedSecret\n'],
    ['secrets-store-csi', 'k8s/csi.yaml', 'kind: SecretProviderClass\n'],
    ['vault-operator', 'k8s/vso.yaml', 'kind: VaultStaticSecret\n'],
    ['sops', 'secrets.enc.yaml', 'db: ENC[AES256_GCM,data:x,iv:y]\nsops:\n    mac: x\n'],
    ['sops', 'secrets.json', '{"db": "ENC[AES256_GCM,data:x]", "sops": {"mac": "x"}}'],
    ['dotenvx', '.env.production', `DOTENV_PUBLIC_KEY_PRODUCTION="03ab"\nA="encrypted:BE${random}${random}"\n`],
    ['dotenv-vault', '.env.vault', `DOTENV_VAULT_PRODUCTION="${random}${random}="\n`],
    ['git-crypt', 'secrets.bin', Buffer.from('\0GITCRYPT\0rest')],
    ['reference', '.env.tpl', 'DB=op://prod/db/url\n'],
    ['reference', 'deploy/app.yaml', 'env:\n  DB: vault:secret/data/app#DB\n'],
  ])('%s in %s', async (kind, file, content) => {
    const made = makeRepository();
    made.track({ [file]: content });
    expect((await secretsIn(made.folder)).vault).toEqual([{ kind, file }]);
  });

  test.each([
    ['README.md', 'kind: ExternalSecret\nDB=op://prod/db/url\n'],
    ['k8s/db.yaml', '# kind: ExternalSecret\nkind: Secret\n'],
    ['compose.yml', 'image: vault:1.13\n'],
    ['.env.example', '# DB=op://prod/db/url\n'],
    ['notes.ts', 'sops: ENC[AES256_GCM,data:x]\nsops:\n'],
    ['.sops.yaml', 'creation_rules:\n  - age: age1xyz\n'],
    ['main.tf', 'resource "aws_secretsmanager_secret" "db" {}\n'],
  ])('none in %s', async (file, content) => {
    const made = makeRepository();
    made.track({ [file]: content });
    expect((await secretsIn(made.folder)).vault).toEqual([]);
  });
});

describe('a file at a ref', () => {
  test('as it stood there, also after it was removed', async () => {
    const made = makeRepository();
    made.track({ 'svcheck.yaml': 'one\n' });
    const first = made.commit();
    made.git('rm', '-q', 'svcheck.yaml');
    made.commit();
    const file = join(made.folder, 'svcheck.yaml');
    expect(await showFile(file, first)).toEqual({ text: 'one\n' });
    expect(await showFile(file, 'main~1')).toEqual({ text: 'one\n' });
    expect(await showFile(file, 'main')).toMatchObject({ because: expect.stringContaining('svcheck.yaml') });
  });

  test('a ref that is none, an option in its place, a file that is too large', async () => {
    const made = makeRepository();
    made.track({ large: 'x'.repeat(1_000_001) });
    made.commit();
    const file = join(made.folder, 'large');
    expect(await showFile(file, 'nowhere')).toMatchObject({ because: expect.stringContaining('nowhere') });
    expect(await showFile(file, '--output=/tmp/x')).toEqual({ because: 'expected a branch, a tag or a commit' });
    expect(await showFile(file, 'HEAD')).toEqual({ because: 'it is larger than 1 MB there' });
    expect(await showFile(join(makeFolder(), 'a'), 'HEAD')).toMatchObject({
      because: expect.stringMatching('not a git repository'),
    });
  });
});
