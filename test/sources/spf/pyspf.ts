/**
 * Asks Debian's python3-spf the same as check_host(), for whoever works on it; no test, for no other system has that
 * package: apt-get install python3-spf, then npx tsx test/sources/spf/pyspf.ts. Prints where the two differ.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { type DnsBehaviour, startDns } from '../../../fixtures/servers/dns.ts';
import { checkHost } from '../../../src/sources/email/spf/check-host.ts';
import { commonRecord, zoneOf as anyZone } from './arbitrary.ts';
import { bySender, messageOf, zoneOf } from './cases/index.ts';
import { memory } from './memory.ts';

const GENERATED = 1000;

const server = await startDns({ zone: {} });
const python = spawn('/usr/bin/python3', [join(import.meta.dirname, 'pyspf.py'), String(server.port)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
const say = (text: string) => process.stderr.write(`${text}\n`);

function become(target: Record<string, unknown>, source: Readonly<Record<string, unknown>>): void {
  for (const key of Object.keys(target)) delete target[key];
  Object.assign(target, source);
}

async function ask(
  zone: object,
  behaviours: Record<string, DnsBehaviour>,
  message: object,
): Promise<readonly [string, string]> {
  become(server.zone, { ...zone });
  become(server.behaviours, behaviours);
  python.stdin.write(`${JSON.stringify(message)}\n`);
  const { value } = await answers.next();
  return JSON.parse(String(value)) as [string, string];
}

let same = 0;
for (const [title, one] of bySender) {
  // Silence would take pyspf its whole time; to it a failure is one like another.
  const behaviours = Object.fromEntries(Object.keys(one.fails ?? {}).map((name) => [name, 'servfail' as const]));
  const [theirs, because] = await ask(zoneOf(one), behaviours, messageOf(one));
  if (theirs === one.is) same += 1;
  else say(`${title}: ${one.is}, pyspf ${theirs} (${because})`);
}
say(`${same} of ${bySender.length} cases agree`);

same = 0;
for (const zone of fc.sample(anyZone(commonRecord), { numRuns: GENERATED, seed: 7208 })) {
  const message = { ip: '192.0.2.1', sender: 'user@example.com', helo: 'mx.example.org' };
  const ours = await checkHost({ ...message, domain: 'example.com', lookup: memory(zone).lookup });
  const [theirs, because] = await ask(zone, {}, message);
  if (theirs === ours.result) same += 1;
  else say(`${JSON.stringify(zone)}: ${ours.result} (${ours.because}), pyspf ${theirs} (${because})`);
}
say(`${same} of ${GENERATED} generated zones agree`);

python.stdin.end();
await server.stop();
