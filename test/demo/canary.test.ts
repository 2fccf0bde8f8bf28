import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditing, type Deployment } from '../../fixtures/demo/deployment.ts';
import { faults } from '../../fixtures/faults/index.ts';
import { svcheck } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';
import { canaries, leaks } from './canaries.ts';
import { demoForTests } from './planted.ts';

/** Runs the command line in the demo. Returns all that it said and wrote. */
async function everythingFrom(shop: Deployment, args: readonly string[]): Promise<string> {
  const out = folderWith({});
  const files = ['report.json', 'report.ndjson', 'report.xml', 'human=report.txt', 'github=report.github'].flatMap(
    (file) => ['-o', file.replace(/(?=report)/, `${out}/`)],
  );
  const env = { XDG_CACHE_HOME: shop.cacheHome, GITHUB_STEP_SUMMARY: join(out, 'summary.md') };
  const { stdout, stderr } = await svcheck([...args, ...(args[0] === 'audit' ? files : [])], { cwd: shop.folder, env });
  return [stdout, stderr, ...contentsOf(out), ...(existsSync(shop.cacheHome) ? contentsOf(shop.cacheHome) : [])].join(
    '\n',
  );
}

const contentsOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => `${path}\n${readFileSync(path, 'utf8')}`);

/** Faults that make svcheck look at secrets from close by, or be told them by what it asks. */
const telling = [
  null,
  'env-browser-secret',
  'auth-secret-short',
  'vault-env-committed',
  'vault-secret-in-source',
  'logs-token',
  'database-wrong-password',
  'database-url-no-address',
  'redis-wrong-password',
  'redis-url-no-address',
  'redis-wrong-protocol',
  'database-wrong-protocol',
  'sentry-malformed',
  'backups-other-key',
  'cookie-not-secure',
];

describe('no secret of the demo', () => {
  const demo = demoForTests();

  it('is like another one, so that a leak can be told', () => {
    const forms = [...canaries(demo().shop).keys()];
    for (const form of forms) expect(form.length).toBeGreaterThan(20);
  });

  it.each(telling)('is in what an audit says or writes (fault: %s)', async (name) => {
    const { shop } = demo();
    try {
      await faults.find((fault) => fault.name === name)?.plant(shop);
      const said = await everythingFrom(shop, [...auditing, '-v', '--debug']);
      expect(said).toContain('redis.eviction');
      expect(leaks(shop, said)).toEqual([]);
    } finally {
      await shop.heal();
    }
  });

  it.each([
    [...auditing, '--format', 'json'],
    [...auditing, '--format', 'ndjson'],
    [...auditing, '--format', 'junit'],
    [...auditing, '--format', 'github'],
    ['audit', '--dry-run', '--debug'],
    ['config', 'print'],
    ['config', 'print', '--target', 'staging'],
    ['config', 'check'],
    ['list'],
    ['explain', 'env.database-url'],
  ])('is in what svcheck %s %s %s %s says or writes', async (...args) => {
    const { shop } = demo();
    const said = await everythingFrom(
      shop,
      args.filter((arg) => typeof arg === 'string'),
    );
    expect(said.length).toBeGreaterThan(50);
    expect(leaks(shop, said)).toEqual([]);
  });

  it('is what this test cannot see', () => {
    const { shop } = demo();
    const { databasePassword } = shop.secrets;
    expect(leaks(shop, `password ${databasePassword}!`)).toContain('databasePassword');
    expect(leaks(shop, Buffer.from(`shop_app:${databasePassword}`).toString('base64'))).toEqual([
      'databasePassword in base64',
    ]);
    expect(leaks(shop, Buffer.from(databasePassword).toString('hex'))).toEqual(['databasePassword in hexadecimal']);
  });
});
