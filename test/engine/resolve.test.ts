import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Check, Look, Rules, Section, Way } from '../../src/core/check.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import { resolve } from '../../src/engine/resolve.ts';
import type { FactName, Known } from '../../src/facts/index.ts';

// The engine knows no fact by name: any name of the map will do.
const names = ['redis.connection', 'postgres.connection', 'http.health-first'] as unknown as FactName[];
const [a, b] = names as [FactName, FactName];

const known = (value: unknown): Known<unknown> => ({
  state: 'known',
  value,
  where: 'there',
  at: '2026-11-24T12:00:00.000Z',
});
const unreachable: Known<unknown> = {
  state: 'unreachable',
  cause: 'timeout',
  because: 'no answer',
  fix: 'open the port',
  where: 'there',
  at: '2026-11-24T12:00:00.000Z',
};
const absent: Known<unknown> = { state: 'absent', reason: 'not-configured', because: 'no address', add: 'redis.url' };

const pass: Judgement = { status: 'pass', reason: 'good', because: 'it is well' };
const fail: Judgement = { status: 'fail', reasons: ['bad', 'worse'], because: 'it is not', fix: 'mend it' };
const unclear: Judgement = { status: 'unclear', reason: 'hidden', because: 'cannot tell' };

const look = (judgement: Judgement, by: Look['by'] = 'probe', needs: FactName[] = [a]): Look => ({
  by,
  how: 'looks',
  settings: [],
  needs,
  wants: [],
  judge: () => judgement,
});
const attest: Way = { by: 'attest', ask: 'Is it done?', validDays: 90 };

function run(ways: [Way, ...Way[]], facts: Partial<Record<FactName, Known<unknown>>> = {}, active = false) {
  const check: Check = {
    id: 'x.y',
    item: 'X',
    rule: { pass: 'p', fail: 'f' },
    why: '',
    remedy: '',
    docs: [],
    settings: z.strictObject({}),
    loosening: [],
    reasons: {},
    ways,
  };
  const section: Section = { id: 'x', title: 'X', heading: 'X', phase: 'pre-deploy', checks: [check] };
  return resolve(check, section, {
    fact: (name) => Promise.resolve(facts[name] ?? known({})),
    rulesOf: () => ({}) as Rules<unknown>,
    active: active ? { allowed: true } : { allowed: false, because: 'only with --active', add: '--active' },
  });
}

describe('the ways of a check, in order', () => {
  it('the first that decides ends it', async () => {
    expect(await run([look(pass), look(fail, 'evidence')])).toMatchObject({
      status: 'pass',
      by: 'probe',
      reason: 'good',
    });
    expect(await run([look(fail), look(pass, 'evidence')])).toMatchObject({
      status: 'fail',
      by: 'probe',
      reason: 'bad',
      reasons: ['bad', 'worse'],
      fix: 'mend it',
    });
  });

  it('an unclear look hands on to the next, and its reason stays where none decides', async () => {
    expect(await run([look(unclear), look(pass, 'evidence')])).toMatchObject({
      status: 'pass',
      by: 'evidence',
      warnings: [],
    });
    expect(await run([look(unclear), attest])).toMatchObject({ status: 'manual', by: null, reason: 'hidden' });
  });

  it('what is out of reach is an error unless another look decides; a person’s word never hides it', async () => {
    const facts = { [a]: unreachable };
    expect(await run([look(pass), attest], facts)).toMatchObject({
      status: 'error',
      reason: 'timeout',
      fix: 'open the port',
    });
    expect(await run([look(pass), look(pass, 'evidence', [b])], facts)).toMatchObject({
      status: 'pass',
      by: 'evidence',
    });
    expect(await run([look(pass), look(unclear, 'evidence', [b])], facts)).toMatchObject({
      status: 'error',
      reason: 'timeout',
    });
  });

  it('what is not configured is manual and names the setting', async () => {
    expect(await run([look(pass), attest], { [a]: absent })).toMatchObject({
      status: 'manual',
      reason: 'not-configured',
      add: 'redis.url',
    });
  });

  it('a line of attest alone needs a word; one without a look says not-built', async () => {
    expect(await run([attest])).toMatchObject({ status: 'manual', reason: 'needs-word' });
    expect(await run([{ by: 'probe', unbuilt: true }, attest])).toMatchObject({
      status: 'manual',
      reason: 'not-built',
    });
  });

  it('a judge that fails is an error of svcheck, not a pass', async () => {
    const broken: Look = {
      ...look(pass),
      judge: () => {
        throw new Error('oops');
      },
    };
    expect(await run([broken])).toMatchObject({ status: 'error', reason: 'internal' });
  });

  it('keeps the trail', async () => {
    const { attempts } = await run([look(unclear), look(pass, 'active'), attest]);
    expect(attempts).toEqual([
      { by: 'probe', outcome: 'hidden', because: 'cannot tell' },
      { by: 'active', outcome: 'needs-active', because: 'only with --active' },
    ]);
  });

  it('says where and when, once each place', async () => {
    const { evidence } = await run([look(pass, 'probe', [a, b])]);
    expect(evidence).toEqual([{ where: 'there', at: '2026-11-24T12:00:00.000Z', seen: {} }]);
  });
});

describe('a quiet look and an active one', () => {
  it('the quiet pass is held until the active look has spoken: fail beats pass', async () => {
    expect(await run([look(pass), look(fail, 'active')], {}, true)).toMatchObject({ status: 'fail', by: 'active' });
  });

  it('an unclear or failed active look leaves the pass with a warning', async () => {
    const doubtful = await run([look(pass), look(unclear, 'active')], {}, true);
    expect(doubtful).toMatchObject({ status: 'pass', warnings: [{ reason: 'hidden', text: 'cannot tell' }] });
    const unseen = await run([look(pass), look(pass, 'active', [b])], { [b]: unreachable }, true);
    expect(unseen).toMatchObject({ status: 'pass', warnings: [{ reason: 'timeout' }] });
  });

  it('where it may not run, the quiet pass stands', async () => {
    expect(await run([look(pass), look(fail, 'active')])).toMatchObject({ status: 'pass', by: 'probe', warnings: [] });
  });

  it('alone and not allowed, it is manual and says how to allow it', async () => {
    expect(await run([look(pass, 'active'), attest])).toMatchObject({
      status: 'manual',
      reason: 'needs-active',
      add: '--active',
    });
  });
});
