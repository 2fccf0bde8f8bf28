import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { type MadeRepository, makeFolder, makeRepository, removeMade, repositoryIn } from './git-made.ts';
import { historyOf, look, seen, tarOf, zipOf } from './secrets-made.ts';

afterAll(removeMade);

const secret = 'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U';
const env = { BETTER_AUTH_SECRET: secret };
const line = `export const secret = '${secret}';\n`;

/** A commit that adds a file, then one that takes it away. */
function addAndRemove(made: MadeRepository, file: string, content: string | Buffer): string {
  made.track({ [file]: content });
  const commit = made.commit();
  made.git('--literal-pathspecs', 'rm', '-q', '--', file);
  made.commit();
  return commit;
}

function started(): MadeRepository {
  const made = makeRepository();
  made.track({ 'README.md': 'hello\n' });
  made.commit();
  return made;
}

describe('where in the history a secret stands', () => {
  test('in the tree: commit, author date, file, line; masked', async () => {
    const made = started();
    made.track({ 'src/config.ts': `// first\n${line}` });
    const commit = made.commit();
    made.track({ 'src/config.ts': `// first\n// second\n${line}` });
    made.commit();
    const history = await historyOf(made.folder, { env });
    expect(history.findings).toEqual([
      {
        kind: 'env-value',
        what: 'a value of the env',
        key: 'BETTER_AUTH_SECRET',
        masked: '… (32 characters)',
        file: 'src/config.ts',
        line: 2,
        commit,
        authored: expect.stringMatching(/^20\d\d-\d\d-\d\dT/),
        versions: 2,
        inTree: true,
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
        allowedUntil: null,
      },
    ]);
    expect(history).toMatchObject({ incomplete: [], values: 1, unreadable: 0, unopened: 0, unreachable: [], more: 0 });
    expect(history.formats).toBeGreaterThanOrEqual(120);
    expect(JSON.stringify(history)).not.toContain(secret);
  });

  test('in a file that was removed, on a branch, in a tag, in a merge, under another name', async () => {
    const made = started();
    const removed = addAndRemove(made, 'old/config.ts', line);
    made.git('checkout', '-q', '-b', 'feature');
    made.track({ 'branch.ts': `\n${line}` });
    const branched = made.commit();
    made.git('checkout', '-q', 'main');
    made.git('checkout', '-q', '--detach');
    made.track({ 'tagged.ts': line });
    const tagged = made.commit();
    made.git('tag', '-a', 'v1', '-m', 'first');
    made.git('checkout', '-q', 'main');
    made.git('merge', '-q', '--no-commit', '--no-ff', 'feature');
    made.track({ 'merged.ts': line });
    const merged = made.commit('merge');
    made.git('mv', 'merged.ts', 'renamed.ts');
    const renamed = made.commit();
    const { findings } = await historyOf(made.folder, { env });
    const places = findings.map(({ file, line: at, commit, inTree }) => [file, at, commit, inTree]);
    expect(places).toEqual([
      ['branch.ts', 2, branched, true],
      ['renamed.ts', 1, renamed, true],
      ['merged.ts', 1, merged, false],
      ['old/config.ts', 1, removed, false],
      ['tagged.ts', 1, tagged, false],
    ]);
  });

  test('in the stash, its index, its untracked files and its earlier entries', async () => {
    const made = started();
    for (const name of ['first', 'second', 'third']) {
      writeFileSync(join(made.folder, `${name}.ts`), line.replace(secret, `${secret}${name}`));
      made.git('stash', '-q', '-u');
    }
    const values = Object.fromEntries(['first', 'second', 'third'].map((name) => [`KEY_${name}`, secret + name]));
    const history = await historyOf(made.folder, { env: values });
    expect(seen(history)).toEqual([
      ['first.ts', 1, 'env-value', 'KEY_first'],
      ['second.ts', 1, 'env-value', 'KEY_second'],
      ['third.ts', 1, 'env-value', 'KEY_third'],
    ]);
    expect(history.unreachable).toEqual([]);
  });

  test('in the message of a commit and of a tag, and in a file that only a tag points to', async () => {
    const made = started();
    made.track({ a: 'x' });
    const commit = made.commit(`the key is ${secret}`);
    made.git('tag', '-a', 'v1', '-m', `its key: ${secret}x`);
    const blob = made.git('hash-object', '-w', '--', writeIn(made, 'tagged', `${secret}y`));
    made.git('tag', 'blob', blob);
    const history = await historyOf(made.folder, { env: { A_KEY: secret, B_KEY: `${secret}x`, C_KEY: `${secret}y` } });
    const found = history.findings.map(({ file, key, commit: at }) => [key, file, at]);
    expect(found).toContainEqual(['A_KEY', null, commit]);
    expect(found).toContainEqual(['B_KEY', null, null]);
    expect(found).toContainEqual(['C_KEY', null, null]);
  });

  test('what no branch leads to any more is told apart, unless the history has it as well', async () => {
    const made = started();
    made.track({ 'a.ts': line });
    made.commit();
    made.track({ 'b.ts': `key = "${secret}z"` });
    made.commit();
    made.git('reset', '-q', '--hard', 'HEAD~1');
    const history = await historyOf(made.folder, { env: { ...env, OTHER_KEY: `${secret}z` } });
    expect(seen(history)).toEqual([['a.ts', 1, 'env-value', 'BETTER_AUTH_SECRET']]);
    expect(history.unreachable).toMatchObject([{ kind: 'env-value', key: 'OTHER_KEY', line: 1 }]);
  });

  test('file names with line ends, escapes, quotes and other alphabets', async () => {
    const made = started();
    const names = ['a\nb.ts', '\u001b[31mred.ts', '"quoted".ts', ' sp ace .ts', 'ü/日本.ts', ':colon.ts', '-rf'];
    made.track(Object.fromEntries(names.map((name) => [name, line])));
    made.commit();
    const { findings } = await historyOf(made.folder, { env });
    expect(findings.map(({ file }) => file).sort()).toEqual([...names].sort());
  });

  test('a fingerprint is the same after lines moved and on a clone, and another for another value', async () => {
    const made = started();
    made.track({ 'a.ts': line, 'b.ts': line });
    made.commit();
    const first = (await historyOf(made.folder, { env })).findings.map(({ fingerprint }) => fingerprint);
    made.track({ 'a.ts': `// moved\n\n${line}` });
    made.commit();
    const clone = join(makeFolder(), 'clone');
    made.git('clone', '-q', made.folder, clone);
    expect((await historyOf(clone, { env })).findings.map(({ fingerprint }) => fingerprint)).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  test('allow: the entry that fits, and those that fit nothing', async () => {
    const made = started();
    made.track({ 'a.ts': line });
    made.commit();
    const [finding] = (await historyOf(made.folder, { env })).findings;
    const entry = { why: 'rotated', owner: 'ops@example.com', until: '2027-01-31' };
    const allow = [
      { fingerprint: finding?.fingerprint, ...entry },
      { fingerprint: 'f'.repeat(32), ...entry },
    ];
    expect(await historyOf(made.folder, { env, settings: { allow } })).toMatchObject({
      findings: [{ allowedUntil: '2027-01-31' }],
      unusedAllows: ['f'.repeat(32)],
    });
  });
});

function writeIn(made: MadeRepository, name: string, content: string): string {
  writeFileSync(join(made.folder, name), content);
  return name;
}

describe('what is a secret', () => {
  test('known formats, and env files by their keys, under any name they had', async () => {
    const made = started();
    addAndRemove(made, 'deploy/.env.production', `PORT=3000\nSESSION_SECRET=${secret}\nAPI_KEY=changeme\n`);
    addAndRemove(made, 'src/pay.ts', `const stripe = 'sk_live_${secret}';\n`);
    addAndRemove(made, '.env.example', `SESSION_SECRET=${secret}x\n`);
    const history = await historyOf(made.folder, {});
    expect(history.findings.map(({ file, line: at, kind, key, masked }) => [file, at, kind, key, masked])).toEqual([
      ['src/pay.ts', 1, 'stripe-key', null, 'sk_live_… (40 characters)'],
      ['deploy/.env.production', 2, 'env-file', 'SESSION_SECRET', '… (32 characters)'],
    ]);
  });

  test('not the examples of documentation', async () => {
    const made = started();
    made.track({
      'docs.md': [
        'AKIAIOSFODNN7EXAMPLE, sk_live_1234567890123456, sk_live_your_key_here, ghp_your_token_here',
        'ghp_16C7e42F292c6912E7710c838347Ae178B4a is an example of GitHub, of a wrong checksum',
        'postgres://user:password@host/db, postgres://postgres:postgres@db/app, redis://:<password>@cache',
        '-----BEGIN PRIVATE KEY-----, xoxb-your-token, SG.xxxxxxxxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      ].join('\n'),
    });
    made.commit();
    expect((await historyOf(made.folder, { env })).findings).toEqual([]);
  });

  test('what the settings of svcheck.yaml hold is searched for as well', async () => {
    const made = started();
    made.track({
      'compose.yml': 'DB: postgres://app:pW9x7Kq2Zr8L@db.acme.internal/app\n',
      'x.sh': 'curl -H "x-token: t0k3n-Zr8LpW9x7Kq2"',
    });
    made.commit();
    const settings = {
      postgres: { url: 'postgres://app:pW9x7Kq2Zr8L@db.acme.internal/app' },
      site: { url: 'https://app.example.com', headers: { 'x-token': 't0k3n-Zr8LpW9x7Kq2' } },
    };
    expect(seen(await historyOf(made.folder, { settings }))).toEqual([
      ['compose.yml', 1, 'env-value', 'postgres.url'],
      ['x.sh', 1, 'env-value', 'site.headers.x-token'],
    ]);
  });
});

describe('encodings and packings', () => {
  const forms: [string, string | Buffer][] = [
    ['plain', secret],
    ['base64', Buffer.from(secret).toString('base64')],
    ...[0, 1, 2, 3].map((before): [string, string] => [
      `base64 inside, ${before} bytes before`,
      Buffer.from(`${'x'.repeat(before)}${secret} and more`).toString('base64'),
    ]),
    ['base64url', Buffer.from(`??>${secret}`).toString('base64url')],
    ['hexadecimal', Buffer.from(secret).toString('hex')],
    ['hexadecimal capitals', Buffer.from(secret).toString('hex').toUpperCase()],
    ['in lines, escaped', `"${secret.slice(0, 11)}\\n${secret.slice(11)}"`],
    ['in lines', `${secret.slice(0, 20)}\r\n    ${secret.slice(20)}`],
    ['in strings put together', `'${secret.slice(0, 9)}' +\n  '${secret.slice(9)}'`],
    ['UTF-16', Buffer.from(`x = ${secret}`, 'utf16le')],
  ];

  test('each encoding of a value', async () => {
    const made = started();
    made.track(Object.fromEntries(forms.map(([name, content], index) => [`${index} ${name}`, content])));
    made.commit();
    const history = await historyOf(made.folder, { env });
    expect(
      seen(history)
        .map(([file]) => file?.replace(/^\d+ /, ''))
        .sort(),
    ).toEqual(forms.map(([name]) => name).sort());
  });

  test('a value with characters that are escaped in JSON, addresses and HTML', async () => {
    const value = 'p"W9/x7&Kq<2>Z+\\8 ä';
    const made = started();
    made.track({
      'a.json': JSON.stringify({ password: value }),
      'b.json': JSON.stringify(JSON.stringify({ password: value })),
      'c.txt': encodeURIComponent(value),
      'd.txt': new URLSearchParams({ p: value }).toString(),
      'e.html': value
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;'),
    });
    made.commit();
    const history = await historyOf(made.folder, { env: { SMTP_PASSWORD: value } });
    expect(
      seen(history)
        .map(([file]) => file)
        .sort(),
    ).toEqual(['a.json', 'b.json', 'c.txt', 'd.txt', 'e.html']);
  });

  test('a key of several lines, whole, escaped, indented, and one line of it', async () => {
    const body = Array.from({ length: 6 }, () => randomBytes(48).toString('base64'));
    const pem = ['-----BEGIN TEST KEY-----', ...body, '-----END TEST KEY-----', ''].join('\n');
    const made = started();
    made.track({
      'a.pem': pem,
      'b.json': JSON.stringify({ key: pem }),
      'c.yml': `key: |\n${pem.replace(/^/gm, '    ')}`,
      'd.txt': pem.replaceAll('\n', '\r\n'),
      'e.txt': `only ${body[2] ?? ''}`,
    });
    made.commit();
    for (const value of [pem, pem.replaceAll('\n', '\\n')]) {
      const history = await historyOf(made.folder, { env: { SIGNING_KEY: value } });
      expect([...new Set(seen(history).map(([file]) => file))].sort()).toEqual([
        'a.pem',
        'b.json',
        'c.yml',
        'd.txt',
        'e.txt',
      ]);
    }
  });

  test('zip, jar, tar, gzip, to the second level, with the member in the path', async () => {
    const inner = zipOf([{ name: 'app.env', bytes: Buffer.from(`\n${line}`) }]);
    const made = started();
    made.track({
      'a.zip': zipOf([
        { name: 'x/config.ts', bytes: Buffer.from(line) },
        { name: 'empty', bytes: Buffer.alloc(0) },
      ]),
      'b.jar': zipOf([{ name: 'META-INF/app.properties', bytes: Buffer.from(line), stored: true }]),
      'c.tar': tarOf([{ name: 'etc/config.ts', bytes: Buffer.from(line) }]),
      'd.tar.gz': gzipSync(tarOf([{ name: 'etc/inner.jar', bytes: inner }])),
      'e.log.gz': gzipSync(`one\ntwo\n${line}`),
      'f.zip': zipOf([{ name: 'inner.jar', bytes: inner }]),
    });
    made.commit();
    const history = await historyOf(made.folder, { env });
    expect(seen(history).map(([file, at]) => [file, at])).toEqual([
      ['a.zip!x/config.ts', 1],
      ['b.jar!META-INF/app.properties', 1],
      ['c.tar!etc/config.ts', 1],
      ['d.tar.gz!etc/inner.jar!app.env', 2],
      ['e.log.gz!', 3],
      ['f.zip!inner.jar!app.env', 2],
    ]);
    expect(history.unopened).toBe(0);
  });

  test('a damaged archive, and one that unpacks to more than 64 MB, are counted', async () => {
    const made = started();
    const whole = zipOf([{ name: 'a', bytes: Buffer.from(line) }]);
    const cut = Buffer.from(whole);
    cut.fill(0, 40, 60);
    made.track({
      'cut.zip': cut,
      'bomb.gz': gzipSync(Buffer.alloc(70 * 1024 * 1024)),
      'short.zip': whole.subarray(0, 60),
    });
    made.commit();
    expect(await historyOf(made.folder, { env })).toMatchObject({ unopened: 3, findings: [] });
  });
});

describe('large and many', () => {
  test('a line of 10 MB, a binary file, secrets at its ends and in its middle', async () => {
    const made = started();
    const filler = randomBytes(2_500_000).toString('base64');
    made.track({
      'bundle.min.js': Buffer.concat([
        Buffer.from(`${secret};`),
        Buffer.from(filler),
        Buffer.from(`;${secret}x;`),
        Buffer.from(filler),
        Buffer.from(`;${secret}y`),
      ]),
      'image.bin': Buffer.concat([randomBytes(700_000), Buffer.from(secret), randomBytes(700_000)]),
    });
    made.commit();
    const history = await historyOf(made.folder, {
      env: { A_KEY: `${secret};`, B_KEY: `${secret}x`, C_KEY: `${secret}y`, D_KEY: secret },
    });
    const found = history.findings.map(({ file, line: at, key }) => [file, at, key]);
    for (const key of ['B_KEY', 'C_KEY']) expect(found).toContainEqual(['bundle.min.js', 1, key]);
    expect(found).toContainEqual(['image.bin', 0, 'D_KEY']);
  });

  test('100 MB in one file, in a part at a time', async () => {
    const made = started();
    const block = Buffer.from(`${'lorem ipsum dolor '.repeat(7)}\n`.repeat(8000));
    const content = Buffer.concat([
      ...Array<Buffer>(60).fill(block),
      Buffer.from(line),
      ...Array<Buffer>(40).fill(block),
    ]);
    made.track({ 'dump.sql': content });
    made.commit();
    const history = await historyOf(made.folder, { env });
    expect(history.findings).toMatchObject([{ file: 'dump.sql', line: 60 * 8000 + 1, key: 'BETTER_AUTH_SECRET' }]);
  });

  test('20,000 small files, packed', async () => {
    const made = makeRepository();
    const files = Array.from({ length: 20_000 }, (_, index) => {
      const content = index === 12_345 ? line : `file ${index}\n`;
      return `M 100644 inline d${index % 100}/f${index}\ndata ${content.length}\n${content}\n`;
    });
    const stream = `commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n${files.join('')}\n`;
    execFileSync('git', ['-C', made.folder, 'fast-import', '--quiet'], { input: stream });
    const history = await historyOf(made.folder, { env });
    expect(seen(history)).toEqual([['d45/f12345', 1, 'env-value', 'BETTER_AUTH_SECRET']]);
    expect(history.objects).toBeGreaterThan(20_000);
  });

  test('many findings are counted, fifty kept', async () => {
    const made = started();
    made.track(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}`, line])));
    made.commit();
    const history = await historyOf(made.folder, { env });
    expect([history.findings.length, history.more]).toEqual([50, 10]);
  });
});

describe('clones and states of a repository', () => {
  function cloned(...options: string[]): string {
    const made = started();
    addAndRemove(made, 'a.ts', line);
    made.git('checkout', '-q', '-b', 'other');
    made.track({ 'other.txt': 'x' });
    made.commit();
    made.git('checkout', '-q', 'main');
    made.git('config', 'uploadpack.allowFilter', 'true');
    const folder = join(makeFolder(), 'clone');
    made.git('clone', '-q', ...options, `file://${made.folder}`, folder);
    return folder;
  }

  test.each([
    ['whole', [], []],
    ['shallow', ['--depth', '1', '--no-single-branch'], ['shallow']],
    ['shallow, of one branch', ['--depth', '1'], ['shallow', 'single-branch']],
    ['of one branch', ['--single-branch'], ['single-branch']],
    ['partial', ['--filter=blob:none'], ['partial']],
    ['without tags', ['--no-tags'], ['no-tags']],
    ['a mirror', ['--mirror'], []],
    ['bare', ['--bare'], []],
  ])('%s', async (_, options, incomplete) => {
    expect((await historyOf(cloned(...options), { env })).incomplete).toEqual(incomplete);
  });

  test('a bare one and a mirror are searched like any other', async () => {
    for (const option of ['--bare', '--mirror']) {
      expect(seen(await historyOf(cloned(option), { env }))).toEqual([['a.ts', 1, 'env-value', 'BETTER_AUTH_SECRET']]);
    }
  });

  test('objects that are damaged are counted, the rest is searched', async () => {
    const made = started();
    made.track({ 'a.ts': line, 'b.txt': 'other\n', 'c.txt': 'third\n' });
    made.commit();
    const folder = (file: string) => {
      const object = made.git('rev-parse', `HEAD:${file}`);
      return join(made.folder, '.git/objects', object.slice(0, 2), object.slice(2));
    };
    chmodSync(folder('b.txt'), 0o644);
    truncateSync(folder('b.txt'), 0);
    chmodSync(folder('c.txt'), 0o644);
    writeFileSync(folder('c.txt'), Buffer.concat([readFileSync(folder('c.txt')).subarray(0, 8), randomBytes(8)]));
    const history = await historyOf(made.folder, { env });
    expect(history).toMatchObject({ unreadable: 2, findings: [{ file: 'a.ts' }] });
    expect(history.unreadableObjects).toHaveLength(2);
  });

  test('a large object that is damaged within stops nothing', async () => {
    const made = started();
    made.track({ 'big.bin': randomBytes(3_000_000), 'z.ts': line });
    made.commit();
    const object = made.git('rev-parse', 'HEAD:big.bin');
    const file = join(made.folder, '.git/objects', object.slice(0, 2), object.slice(2));
    chmodSync(file, 0o644);
    const content = readFileSync(file);
    content.fill(1, 1_500_000, 1_500_100);
    writeFileSync(file, content);
    expect(await historyOf(made.folder, { env })).toMatchObject({
      unreadable: 1,
      unreadableObjects: [object],
      findings: [{ file: 'z.ts' }],
    });
  });

  test('a submodule is another repository', async () => {
    const inner = started();
    inner.track({ 'a.ts': line });
    inner.commit();
    const made = started();
    made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.folder, 'lib');
    made.commit();
    expect((await historyOf(made.folder, { env })).findings).toEqual([]);
  });

  test('empty, none at all, and an env that cannot be read', async () => {
    expect(await historyOf(makeRepository().folder, { env })).toMatchObject({ commit: null, objects: 0, findings: [] });
    expect(await look('secrets.history', { base: makeFolder(), env })).toMatchObject({ state: 'absent' });
  });

  test('borrowed objects are searched too', async () => {
    const made = started();
    addAndRemove(made, 'a.ts', line);
    const folder = join(makeFolder(), 'shared');
    made.git('clone', '-q', '--shared', made.folder, folder);
    rmSync(join(folder, '.git/objects/info/commit-graphs'), { recursive: true, force: true });
    expect(seen(await historyOf(folder, { env }))).toEqual([['a.ts', 1, 'env-value', 'BETTER_AUTH_SECRET']]);
  });

  test('SHA-256', async () => {
    const made = makeRepository('--object-format=sha256');
    made.track({ '.env': `SESSION_SECRET=${secret}\n`, 'a.ts': `x = "${secret}y"` });
    made.commit();
    expect(seen(await historyOf(made.folder, { env: { A_KEY: `${secret}y` } }))).toEqual([
      ['a.ts', 1, 'env-value', 'A_KEY'],
      ['.env', 1, 'env-file', 'SESSION_SECRET'],
    ]);
  });
});

describe('what is remembered', () => {
  test('a second look reads nothing again, and says the same', async () => {
    const cache = makeFolder();
    const made = started();
    addAndRemove(made, 'a.ts', line);
    const first = await historyOf(made.folder, { env }, cache);
    const second = await historyOf(made.folder, { env }, cache);
    expect(first.remembered).toBe(0);
    expect(second).toEqual({ ...first, remembered: first.objects, seconds: second.seconds });
  });

  test('what is new is searched, what is old is not, and gc changes nothing', async () => {
    const cache = makeFolder();
    const made = started();
    const first = await historyOf(made.folder, { env }, cache);
    made.track({ 'a.ts': line });
    made.commit();
    const second = await historyOf(made.folder, { env }, cache);
    expect(second).toMatchObject({ remembered: first.objects, findings: [{ file: 'a.ts' }] });
    made.git('gc', '-q');
    const third = await historyOf(made.folder, { env }, cache);
    expect(third).toMatchObject({ remembered: second.objects, objects: second.objects, findings: [{ file: 'a.ts' }] });
  });

  test('other values, and other names of secrets, are searched for anew', async () => {
    const cache = makeFolder();
    const made = started();
    made.track({ 'a.ts': line, '.env': `LICENCE=${[...secret].reverse().join('')}\n` });
    made.commit();
    expect((await historyOf(made.folder, { env: { A_KEY: 'nothing-of-this-0815' } }, cache)).findings).toEqual([]);
    expect(await historyOf(made.folder, { env }, cache)).toMatchObject({ remembered: 0, findings: [{ file: 'a.ts' }] });
    const settings = { secrets: { keys: ['LICENCE'] } };
    expect(seen(await historyOf(made.folder, { settings }, cache))).toEqual([['.env', 1, 'env-file', 'LICENCE']]);
  });

  test('holds neither values nor anything made from one alone; broken or deleted it is made anew', async () => {
    const cache = makeFolder();
    const made = started();
    addAndRemove(made, 'a.ts', line);
    const first = await historyOf(made.folder, { env }, cache);
    const folder = join(cache, 'svcheck/history');
    const names = readdirSync(folder);
    expect(names.length).toBe(2);
    for (const name of names) expect(readFileSync(join(folder, name)).includes(secret)).toBe(false);
    const kept = join(folder, names.find((name) => name !== 'key') ?? '');
    truncateSync(kept, 200);
    expect(await historyOf(made.folder, { env }, cache)).toMatchObject({ remembered: 0, findings: first.findings });
    rmSync(folder, { recursive: true });
    expect(await historyOf(made.folder, { env }, cache)).toMatchObject({ remembered: 0, findings: first.findings });
  });

  test('the repository is left as it was', async () => {
    const made = started();
    addAndRemove(made, 'a.ts', line);
    const listed = () => readdirSync(join(made.folder, '.git'), { recursive: true }).sort();
    const before = listed();
    await historyOf(made.folder, { env });
    expect(listed()).toEqual(before);
  });
});

test('git that cannot be run is said', async () => {
  const made = started();
  const path = process.env['PATH'];
  process.env['PATH'] = makeFolder();
  try {
    expect(await look('secrets.history', { base: made.folder, env })).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      fix: 'install git and have it in PATH',
    });
  } finally {
    process.env['PATH'] = path;
  }
});

test('a repository in a folder above', async () => {
  const made = started();
  made.track({ 'apps/web/a.ts': line });
  made.commit();
  expect(seen(await historyOf(repositoryIn(join(made.folder, 'apps/web')).folder, { env }))).toEqual([
    ['apps/web/a.ts', 1, 'env-value', 'BETTER_AUTH_SECRET'],
  ]);
});
