import { describe, expect, it } from 'vitest';
import { startDns } from '../../../fixtures/servers/dns.ts';
import { query } from '../../../src/sources/dns/client.ts';
import { checkHost } from '../../../src/sources/email/spf/check-host.ts';
import type { SpfLookup } from '../../../src/sources/email/spf/session.ts';
import { asking, later } from '../dns-gathering.ts';
import type { SpfCase } from './case.ts';
import { messageOf, titled, zoneOf } from './cases/index.ts';
import { memory } from './memory.ts';

async function expectCase(one: SpfCase, lookup: SpfLookup): Promise<void> {
  const said = await checkHost({ ...messageOf(one), lookup });
  expect(said.because).not.toBe('');
  expect(said).toMatchObject({
    result: one.is,
    ...(one.mechanism === undefined ? {} : { mechanism: one.mechanism }),
    ...(one.lookups === undefined ? {} : { lookups: one.lookups }),
    ...(one.voids === undefined ? {} : { voids: one.voids }),
  });
  if (one.explanation !== undefined) expect(said.explanation ?? null).toBe(one.explanation);
}

describe('RFC 7208, section by section', () => {
  it('has a case for each of them', () => {
    expect(titled.length).toBeGreaterThanOrEqual(150);
    expect(new Set(titled.map(([title]) => title)).size).toBe(titled.length);
  });

  it.each(titled)('%s', async (_title, one) => {
    await expectCase(one, memory(zoneOf(one), one.fails).lookup);
  });
});

describe('the same through a server', () => {
  it.each(titled)('%s', async (_title, one) => {
    const fails = Object.entries(one.fails ?? {});
    const behaviours = Object.fromEntries(
      fails.map(([name, what]) => [name, what === 'timeout' ? 'drop' : what] as const),
    );
    const server = await startDns({ zone: zoneOf(one), behaviours });
    later(() => server.stop());
    const gathering = asking([server.address], {
      timeoutMs: fails.some(([, what]) => what === 'timeout') ? 400 : 6000,
    });
    await expectCase(one, (name, type) => query(gathering, name, type));
  });
});

describe('what is asked of DNS', () => {
  it('nothing behind what matches', async () => {
    const dns = memory({
      'example.com': { TXT: 'v=spf1 ip4:192.0.2.1 a mx ptr exists:x.example.com include:y.example.com' },
    });
    await checkHost({ ip: '192.0.2.1', domain: 'example.com', sender: 'user@example.com', lookup: dns.lookup });
    expect(dns.asked).toEqual(['example.com TXT']);
  });

  it('the client’s PTR records once, however often they are needed', async () => {
    const dns = memory({ 'example.com': { TXT: 'v=spf1 ptr ptr:example.org exists:%{p}.example.net -all' } });
    await checkHost({ ip: '192.0.2.1', domain: 'example.com', sender: 'user@example.com', lookup: dns.lookup });
    expect(dns.asked.filter((one) => one.endsWith('PTR'))).toHaveLength(1);
  });

  it('no address of what is no address', async () => {
    const { lookup } = memory({});
    await expect(checkHost({ ip: 'example.com', domain: 'example.com', sender: '', lookup })).rejects.toThrow(
      RangeError,
    );
  });
});
