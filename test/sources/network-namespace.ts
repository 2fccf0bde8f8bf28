import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Known } from '../../src/facts/index.ts';
import type { Outside } from './network-outside.ts';

/** Whether these are somebody else's addresses is all that a documentation address lacks: they are on lo here. */
const addresses = ['203.0.113.10/32', '203.0.113.11/32', '2001:db8::10/128', '10.77.0.1/32'];

/** Looks in a network namespace of its own, where everything public is on lo. */
export async function outside(asked: Outside): Promise<Known<unknown>[]> {
  const setUp = ['ip link set lo up', ...addresses.map((one) => `ip addr add ${one} dev lo`)].join(' && ');
  const command = `${setUp} && exec "$0" --import tsx test/sources/network-outside.ts "$1"`;
  const args = ['-rn', 'sh', '-c', command, process.execPath, JSON.stringify(asked)];
  const { stdout } = await promisify(execFile)('unshare', args, { timeout: 60_000 });
  return JSON.parse(stdout) as Known<unknown>[];
}
