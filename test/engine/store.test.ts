import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { defaultLimits } from '../../src/engine/limits.ts';
import { FactStore, type StoreOptions } from '../../src/engine/store.ts';
import type { FactName } from '../../src/facts/index.ts';
import {
  type Found,
  type Gatherer,
  type Gathering,
  known,
  LookFailed,
  unreachable,
} from '../../src/sources/gathering.ts';
import { Seal } from '../../src/sources/seal.ts';
import { targetOf } from '../support/target.ts';

// The store knows no fact by name: these two stand for any.
const one = 'redis.connection' as FactName;
const two = 'postgres.connection' as FactName;

interface Fake {
  gather(gathering: Gathering): Promise<Found<unknown>>;
  contacts?: boolean;
  limitMs?(): number;
}

function storeOf(
  fakes: Partial<Record<FactName, Fake>>,
  more: Partial<StoreOptions> & { live?: boolean } = {},
): FactStore {
  const gatherers = Object.fromEntries(
    Object.entries(fakes).map(([name, fake]) => [name, { contacts: true, ...fake }]),
  );
  return new FactStore({
    gatherers: gatherers as unknown as { readonly [N in FactName]: Gatherer<N> },
    gathering: {
      target: targetOf({ live: more.live ?? true }),
      now: new Date(),
      version: '0.0.0',
      active: false,
      vantage: 'undeclared',
      progress: () => {},
    },
    limits: defaultLimits,
    seal: new Seal(),
    deadline: new AbortController().signal,
    interrupt: new AbortController().signal,
    ...more,
  });
}

const hang: Fake['gather'] = () => new Promise(() => {});
const reset = () => unreachable({ cause: 'reset', because: 'reset', fix: 'f', where: 'w', transient: true });

describe('a fact', () => {
  it('is looked at once, whoever asks', async () => {
    let looks = 0;
    const store = storeOf({ [one]: { gather: async () => known(++looks, 'there') } });
    const all = await Promise.all([store.get(one), store.get(one), store.get(one)]);
    expect(looks).toBe(1);
    expect(all[2]).toMatchObject({ state: 'known', value: 1, where: 'there' });
  });

  it('is not looked at where nobody may be contacted', async () => {
    const store = storeOf({ [one]: { gather: async () => known(1, 'there') } }, { live: false });
    expect(await store.get(one)).toMatchObject({ state: 'absent', add: '--live' });
  });

  it('is tried again after a transient fault, and the tries are kept', async () => {
    let looks = 0;
    const store = storeOf({ [one]: { gather: async () => (++looks < 3 ? reset() : known('well', 'there')) } });
    expect(await store.get(one)).toMatchObject({
      state: 'known',
      value: 'well',
      tries: [{ because: 'reset' }, { because: 'reset' }],
    });
  });

  it('is not tried for ever, nor after a lasting fault', async () => {
    let looks = 0;
    const store = storeOf({
      [one]: {
        gather: async () => {
          looks += 1;
          return reset();
        },
      },
      [two]: {
        gather: async () => {
          looks += 10;
          return unreachable({ cause: 'auth', because: 'no', fix: 'f', where: 'w' });
        },
      },
    });
    expect(await store.get(one)).toMatchObject({ state: 'unreachable', cause: 'reset' });
    expect(await store.get(two)).toMatchObject({ state: 'unreachable', cause: 'auth' });
    expect(looks).toBe(13);
  });

  it('whose source throws is unreachable', async () => {
    const failure = { cause: 'refused', because: 'refused it', fix: 'start it', where: 'there' } as const;
    const store = storeOf({
      [one]: { gather: () => Promise.reject(new LookFailed(failure)) },
      [two]: { gather: () => Promise.reject(new TypeError('x is not a function')) },
    });
    expect(await store.get(one)).toMatchObject({ state: 'unreachable', ...failure });
    expect(await store.get(two)).toMatchObject({ state: 'unreachable', cause: 'internal' });
  });
});

describe('limits', () => {
  it('cut a look that hangs', async () => {
    const store = storeOf({ [one]: { gather: hang } }, { limits: { ...defaultLimits, timeoutMs: 20 } });
    expect(await store.get(one)).toMatchObject({ state: 'unreachable', cause: 'timeout' });
  });

  it('the deadline and Ctrl-C cut all looks', async () => {
    const over = AbortSignal.abort();
    expect(await storeOf({ [one]: { gather: hang } }, { deadline: over }).get(one)).toMatchObject({
      cause: 'deadline',
      because: expect.stringContaining('60 s'),
    });
    expect(await storeOf({ [one]: { gather: hang } }, { interrupt: over }).get(one)).toMatchObject({
      cause: 'deadline',
      because: 'the audit was interrupted',
    });
  });

  it('a look with a limit of its own outlasts the deadline', async () => {
    const gather: Fake['gather'] = () => new Promise((done) => setTimeout(() => done(known('whole', 'there')), 30));
    const store = storeOf({ [one]: { gather, limitMs: () => 5000 } }, { deadline: AbortSignal.timeout(5) });
    expect(await store.get(one)).toMatchObject({ state: 'known', value: 'whole' });
  });

  it('bound how many look at one host at once', async () => {
    let now = 0;
    let most = 0;
    const gather: Fake['gather'] = async ({ onHost }) => {
      await Promise.all(
        Array.from({ length: 10 }, () =>
          onHost('a.test', async () => {
            most = Math.max(most, ++now);
            await new Promise((done) => setTimeout(done, 2));
            now -= 1;
          }),
        ),
      );
      return known(most, 'there');
    };
    const store = storeOf({ [one]: { gather } }, { limits: { ...defaultLimits, concurrency: 3 } });
    expect(await store.get(one)).toMatchObject({ value: 3 });
  });
});

describe('what is shared', () => {
  it('is opened once and closed at the end', async () => {
    const events: string[] = [];
    const gather: Fake['gather'] = async ({ share }) => {
      await share(
        'session',
        async () => {
          events.push('open');
          return 1;
        },
        () => {
          events.push('close');
        },
      );
      return known(1, 'there');
    };
    const store = storeOf({ [one]: { gather }, [two]: { gather } });
    await Promise.all([store.get(one), store.get(two)]);
    await store.close();
    expect(events).toEqual(['open', 'close']);
  });

  it('opens anew after a failed opening', async () => {
    let opened = 0;
    const gather: Fake['gather'] = async ({ share }) => {
      await share('session', async () => {
        opened += 1;
        if (opened === 1)
          throw new LookFailed({ cause: 'reset', because: 'reset', fix: 'f', where: 'w', transient: true });
      });
      return known(opened, 'there');
    };
    expect(await storeOf({ [one]: { gather } }).get(one)).toMatchObject({ state: 'known', value: 2 });
  });

  it('a session that will not close does not hold the audit', async () => {
    const gather: Fake['gather'] = async ({ share }) => {
      await share(
        'session',
        async () => 1,
        () => new Promise<void>(() => {}),
      );
      return known(1, 'there');
    };
    const store = storeOf({ [one]: { gather } });
    await store.get(one);
    await expect(store.close()).resolves.toBeUndefined();
  });
});

describe('the seal', () => {
  it('scrubs what a server echoed, in values, places and failures', async () => {
    const seal = new Seal();
    seal.add(new Secret('hunter2-hunter2'));
    const store = storeOf(
      {
        [one]: {
          gather: async () =>
            known(
              { said: 'user hunter2-hunter2', list: [Buffer.from('hunter2-hunter2').toString('base64')] },
              'at hunter2-hunter2',
            ),
        },
        [two]: { gather: () => Promise.reject(new Error('bad password hunter2-hunter2')) },
      },
      { seal },
    );
    const text = JSON.stringify([await store.get(one), await store.get(two)]);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(Buffer.from('hunter2-hunter2').toString('base64').slice(0, 16));
    expect(text.match(/\[secret\]/g)).toHaveLength(4);
  });
});
