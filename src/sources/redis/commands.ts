import { randomBytes } from 'node:crypto';

/** The settings that CONFIG GET may be asked for: none of them holds a secret (requirepass and masterauth do). */
const readableSettings = [
  'maxmemory',
  'maxmemory-policy',
  'appendonly',
  'appendfsync',
  'protected-mode',
  'maxclients',
] as const;
export type ReadableSetting = (typeof readableSettings)[number];

const KEY = 'svcheck:nobody-has-this-key:';

/** A key that does not exist: asking for it reads nothing. */
export const absentKey = (): string => KEY + randomBytes(16).toString('hex');

const within = (low: number, high: number) => (args: readonly string[]) => args.length >= low && args.length <= high;
const acl = ['WHOAMI', 'LIST', 'DRYRUN'];

/** All that is ever sent besides AUTH, each with the arguments it may have. SELECT chooses what SCAN looks through. */
const allowed: Readonly<Record<string, (args: readonly string[]) => boolean>> = {
  PING: within(0, 0),
  INFO: within(0, 0),
  DBSIZE: within(0, 0),
  GET: (args) => args.length === 1 && args[0]?.startsWith(KEY) === true,
  CONFIG: ([verb, name, ...more]) =>
    verb === 'GET' && readableSettings.includes(name as ReadableSetting) && more.length === 0,
  ACL: ([verb]) => acl.includes(verb ?? ''),
  SELECT: within(1, 1),
  SCAN: within(1, 5),
  TYPE: within(1, 1),
  EXISTS: within(1, 1),
};

/** Throws for a command that is not on the list of reading ones: a fault of svcheck's own. */
export function mustBeReading([name = '', ...args]: readonly string[]): void {
  if (!Object.hasOwn(allowed, name) || allowed[name]?.(args) !== true) {
    throw new Error(`${name} is not among the commands that svcheck sends to Redis`);
  }
}
