import { describe, expect, it } from 'vitest';
import { registryFacts } from '../../src/registry.ts';
import { ConfigError } from '../../src/config/error.ts';
import { type LoadOptions, loadTarget } from '../../src/config/load.ts';
import { folderWith } from '../support/folder.ts';

const now = new Date('2026-11-24T12:00:00Z');

function load(files: Record<string, string | Buffer>, options: Partial<LoadOptions> = {}) {
  const cwd = folderWith(files);
  const defaults = {
    cwd,
    config: null,
    target: null,
    live: false,
    allowExec: false,
    trustedHosts: [],
    policy: null,
    processEnv: {},
    now,
  };
  return loadTarget({ ...defaults, ...options }, registryFacts);
}

/** The problems that loading names, one a line. */
async function problems(yaml: string | Buffer, options: Partial<LoadOptions> = {}): Promise<readonly string[]> {
  const error: unknown = await load({ 'svcheck.yaml': yaml }, options).catch((caught: unknown) => caught);
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${String(error)}`);
  return error.problems;
}

describe('svcheck.yaml', () => {
  it('without one, audits the directory and contacts nobody', async () => {
    const target = await load({});
    expect(target).toMatchObject({ name: 'production', file: null, live: false });
    expect((await load({}, { live: true })).live).toBe(true);
  });

  it('is found upward, and its paths are relative to it', async () => {
    const folder = folderWith({ 'svcheck.yaml': 'name: shop\n', 'deep/er/x': '' });
    const target = await load({}, { cwd: `${folder}/deep/er` });
    expect(target).toMatchObject({ name: 'shop', base: folder, live: true });
  });

  it('names line and column of YAML that does not parse', async () => {
    expect(await problems('site:\n  url: "https://a\n')).toEqual([
      expect.stringMatching(/^svcheck\.yaml:\d+:\d+: not valid YAML: /),
    ]);
    expect(await problems('site: {}\nsite: {}\n')).toEqual([
      expect.stringMatching(/^svcheck\.yaml:2:1: not valid YAML: dupl/),
    ]);
  });

  it('names a wrong type where it stands', async () => {
    expect(await problems('version: 1\ninstances: many\n')).toEqual([
      'svcheck.yaml:2:12: instances: expected number, received string',
    ]);
    expect(await problems('- a\n')).toEqual(['svcheck.yaml:1:1: expected a mapping of settings, such as "site:"']);
    expect(await problems('version: 2\n')).toEqual(['svcheck.yaml:1:10: version: expected 1']);
    expect(await problems('backups:\n  source: { kind: folder }\n')).toEqual([
      expect.stringMatching(/^svcheck\.yaml:2:3: backups\.source\.path: /),
    ]);
  });

  it('suggests the setting that was meant', async () => {
    expect(await problems('site:\n  pagse: [/]\n')).toEqual([
      'svcheck.yaml:2:3: unknown setting site.pagse; did you mean pages?',
    ]);
    expect(await problems('expect:\n  redis.evicton: {}\n')).toEqual([
      'svcheck.yaml:2:3: unknown setting expect.redis.evicton; did you mean redis.eviction?',
    ]);
  });

  it('says of a documented setting without its feature that it is not in this version', async () => {
    expect(await problems('prometheus: { url: "http://127.0.0.1:9090" }\n')).toEqual([
      'svcheck.yaml:1:1: prometheus is not in this version of svcheck yet: take it out',
    ]);
  });

  it('expands variables, and names each one that is not set', async () => {
    const yaml = 'name: "${NAME}"\nenv: { example: "$${NAME}" }\n';
    const { settings } = await load({ 'svcheck.yaml': yaml }, { processEnv: { NAME: 'shop' } });
    expect(settings.name).toBe('shop');
    expect(settings.env.example).toBe('${NAME}');
    expect(await problems('postgres:\n  url: "${NO_SUCH}"\n')).toEqual([
      'svcheck.yaml:2:8: ${NO_SUCH} is not set in the environment',
    ]);
  });

  it('needs no variable of another target', async () => {
    const yaml = 'targets:\n  staging: { postgres: { url: "${STAGING_URL}" } }\n';
    await expect(load({ 'svcheck.yaml': yaml })).resolves.toMatchObject({ name: 'production' });
  });

  it('merges a target over the root: maps deeply, lists and scalars replace', async () => {
    const yaml = 'site: { url: "https://a.test", pages: [/, /b] }\ntargets:\n  staging: { site: { pages: [/c] } }\n';
    const { name, settings } = await load({ 'svcheck.yaml': yaml }, { target: 'staging' });
    expect(name).toBe('staging');
    expect(settings.site).toMatchObject({ url: 'https://a.test', pages: ['/c'] });
  });

  it('places a mistake of a target in the target', async () => {
    expect(await problems('instances: 1\ntargets:\n  staging:\n    instances: x\n', { target: 'staging' })).toEqual([
      'svcheck.yaml:4:16: instances: expected number, received string',
    ]);
  });

  it('names a missing target and the one that was meant', async () => {
    const yaml = 'targets:\n  staging: {}\n';
    expect(await problems(yaml, { target: 'stagin' })).toEqual([
      'svcheck.yaml: no target stagin; did you mean staging?',
    ]);
  });

  it('refuses a missing file, a folder, and 10 MB', async () => {
    const missing: unknown = await load({}, { config: 'nowhere.yaml' }).catch((error: unknown) => error);
    expect(missing).toMatchObject({ message: 'nowhere.yaml: no such file; expected a readable settings file' });
    const folder: unknown = await load({ 'sub/x': '' }, { config: 'sub' }).catch((error: unknown) => error);
    expect(folder).toBeInstanceOf(ConfigError);
    expect(await problems(Buffer.alloc(10_000_000, 'a'))).toEqual([
      'svcheck.yaml: 10.0 MB; expected at most 1 MB of settings',
    ]);
  });

  it('stops at an alias bomb', async () => {
    const levels = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map(
        (name, index) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${'abcdefgh'[index] ?? ''}`)
            .join(',')}]`,
      ),
    ];
    expect(await problems(`${levels.join('\n')}\n`)).toEqual([
      'svcheck.yaml: unfolds to more than 20000 values; expected fewer aliases',
    ]);
  });

  it('is one line however deeply it nests', async () => {
    const lines = await problems('['.repeat(100_000));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^svcheck\.yaml:1:\d+: not valid YAML: /);
  });
});

describe('exceptions of svcheck.yaml', () => {
  const waiver = (fields: string) => `waivers:\n  - { ${fields}, why: w, owner: o }\n`;

  it('a waiver needs all five fields', async () => {
    const lines = await problems('waivers:\n  - { check: redis.eviction }\n');
    expect(lines.map((line) => line.replace(/: expected.*/, ''))).toEqual(
      ['reasons', 'why', 'owner', 'until'].map((field) => `svcheck.yaml:2:5: waivers[0].${field}`),
    );
  });

  it('names an id that is not a check', async () => {
    expect(await problems(waiver('check: redis.evictoin, reasons: [x], until: 2027-01-31'))).toEqual([
      'svcheck.yaml:2:14: no check redis.evictoin; did you mean redis.eviction? (svcheck list shows all)',
    ]);
    expect(
      await problems('not-applicable:\n  - { check: nothing.here, why: w, owner: o, until: 2027-01-31 }\n'),
    ).toEqual(['svcheck.yaml:2:14: no check nothing.here (svcheck list shows all)']);
  });

  it('knows the reasons of each check', async () => {
    const [line] = await problems(waiver('check: redis.eviction, reasons: [no-such-reason], until: 2027-01-31'));
    expect(line).toMatch(/^svcheck\.yaml:2:\d+: redis\.eviction has no reason no-such-reason/);
  });

  it('lasts 180 days at most', async () => {
    const lines = await problems(waiver('check: redis.eviction, reasons: [other-policy], until: 2027-12-31'));
    expect(lines.at(-1)).toMatch(/^svcheck\.yaml:2:\d+: 2027-12-31 is more than 180 days ahead$/);
  });

  it('a glob of the gate must match', async () => {
    expect(await problems('gate: { advisory: [nothing.*] }\n')).toEqual([
      'svcheck.yaml:1:20: nothing.* matches no check (svcheck list shows all)',
    ]);
  });

  it('counts against max-waivers', async () => {
    const one = '  - { check: redis.eviction, reasons: [x], why: w, owner: o, until: 2027-01-31 }\n';
    const lines = await problems(`gate: { max-waivers: 1 }\nwaivers:\n${one}${one}`);
    expect(lines.at(-1)).toBe('svcheck.yaml:1:22: 2 waivers, and at most 1 are allowed');
  });
});

describe('--policy', () => {
  it('takes gate and exceptions from the reviewed file, and nothing else', async () => {
    const yaml = 'instances: 5\ngate: { fail-on: [] }\nexpect: { redis.eviction: {} }\n';
    const policy = { ref: 'main', text: 'instances: 1\ngate: { fail-on: [fail] }\n' };
    const { settings } = await load({ 'svcheck.yaml': yaml }, { policy });
    expect(settings.instances).toBe(5);
    expect(settings.gate['fail-on']).toEqual(['fail']);
    expect(settings.expect).toEqual({});
  });

  it('places its mistakes in the ref', async () => {
    expect(await problems('instances: 5\n', { policy: { ref: 'main', text: 'gate: { fail-on: [no] }\n' } })).toEqual([
      expect.stringMatching(/^main:svcheck\.yaml:1:19: gate\.fail-on\[0\]: /),
    ]);
  });
});
