import { type Command, InvalidArgumentError, Option } from 'commander';

/** Formats of this version, and those that the documentation names and a later one will have. */
export const formats = ['human', 'json', 'ndjson', 'junit', 'github'] as const;
export const laterFormats = ['sarif', 'html', 'markdown', 'gitlab', 'prometheus'] as const;
export type Format = (typeof formats)[number];

/** What the shared flags of a command come to. */
export interface SharedOptions {
  config?: string;
  target?: string;
  only: string[];
  skip: string[];
  phase: string[];
  format: string;
  output: string[];
  active: boolean;
  vantage?: 'outside' | 'inside';
  timeout: number;
  deadline: number;
  concurrency: number;
  failOn?: string[];
  require?: 'ready';
  baseline?: string;
  facts?: string[];
  waivers: boolean;
  asOf?: string;
  color: 'auto' | 'always' | 'never';
  quiet: boolean;
  verbose: boolean;
  debug: boolean;
  dryRun: boolean;
  live: boolean;
  trustHost: string[];
  allowExec: boolean;
  policy?: string;
}

const collect = (value: string, earlier: string[]): string[] => [...earlier, value];

const list = (value: string): string[] => value.split(',').map((word) => word.trim());

/** `10s`, `500ms`, `2m`, or seconds as a bare number -> milliseconds. */
function milliseconds(value: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(value);
  const unit = { ms: 1, s: 1000, m: 60_000 }[match?.[2] ?? 's'] ?? 1000;
  const ms = Number(match?.[1]) * unit;
  if (!match || !(ms > 0)) throw new InvalidArgumentError('expected a time such as 10s, 500ms or 2m');
  return ms;
}

function count(value: string): number {
  if (!/^[1-9]\d{0,2}$/.test(value)) throw new InvalidArgumentError('expected a number from 1 to 999');
  return Number(value);
}

/** SVCHECK_TRUSTED_HOSTS=a,b and repeated flags come to one list. */
const hosts = (value: string, earlier: string[]): string[] => [...earlier, ...list(value)];

/** Which deployment, where its settings are, and what may be trusted: flags of every command that reads them. */
export function targetOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--config <file>', 'settings file; default: svcheck.yaml, looked for upward').env('SVCHECK_CONFIG'),
    )
    .addOption(new Option('--target <name>', 'a target of svcheck.yaml; default: its root').env('SVCHECK_TARGET'))
    .addOption(new Option('--live', 'without svcheck.yaml: contact the addresses found').default(false))
    .addOption(
      new Option('--trust-host <host>', 'a host that may be given a provider’s key (repeatable)')
        .env('SVCHECK_TRUSTED_HOSTS')
        .default([])
        .argParser(hosts),
    )
    .addOption(
      // SVCHECK_ALLOW_EXEC is read by hand: for commander any value of it, 0 too, would be a yes.
      new Option('--allow-exec', 'let commands that svcheck.yaml names run (SVCHECK_ALLOW_EXEC=1)').default(false),
    )
    .addOption(new Option('--policy <ref>', 'read gate, waivers, allow and expect from this git ref'));
}

/** Which lines. */
export function selectionOptions(command: Command): Command {
  return command
    .addOption(new Option('--only <glob>', 'lines or sections to look at (repeatable)').default([]).argParser(collect))
    .addOption(
      new Option('--skip <glob>', 'lines or sections to leave out (repeatable; beats --only)')
        .default([])
        .argParser(collect),
    )
    .addOption(
      new Option('--phase <name>', 'pre-deploy, deploy, post-deploy, week-1, month-1 or all (repeatable)')
        .default([], 'pre-deploy')
        .argParser(collect),
    );
}

export function outputOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <name>', formats.join(', ')).env('SVCHECK_FORMAT').default('human'))
    .addOption(
      new Option('-o, --output <file>', 'write a report too: FILE by its extension, or FORMAT=FILE (repeatable)')
        .default([])
        .argParser(collect),
    )
    .addOption(
      new Option('--color <when>', 'colour of the human report').choices(['auto', 'always', 'never']).default('auto'),
    )
    .addOption(new Option('-q, --quiet', 'only what is not well').default(false))
    .addOption(new Option('-v, --verbose', 'evidence of every line').default(false))
    .addOption(new Option('--debug', 'say on stderr what svcheck does; redacted').default(false));
}

export function lookOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--active', 'also looks that others could notice, where the target allows them').default(false),
    )
    .addOption(
      new Option('--vantage <side>', 'from which side svcheck looks')
        .choices(['outside', 'inside'])
        .env('SVCHECK_VANTAGE'),
    )
    .addOption(
      new Option('--timeout <time>', 'for one look')
        .env('SVCHECK_TIMEOUT')
        .default(10_000, '10s')
        .argParser(milliseconds),
    )
    .addOption(
      new Option('--deadline <time>', 'for the whole audit')
        .env('SVCHECK_DEADLINE')
        .default(60_000, '60s')
        .argParser(milliseconds),
    )
    .addOption(
      new Option('--concurrency <n>', 'looks at once against one host')
        .env('SVCHECK_CONCURRENCY')
        .default(8)
        .argParser(count),
    )
    .addOption(new Option('--dry-run', 'say whom it would contact; contact nobody').default(false))
    .addOption(new Option('--as-of <date>', 'what will have expired by that day?'));
}

export function gateOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--fail-on <list>', 'what decides the exit code: fail, error, manual, warning')
        .env('SVCHECK_FAIL_ON')
        .argParser(list),
    )
    .addOption(new Option('--require <status>', 'exit 0 only for this status').choices(['ready']))
    .addOption(new Option('--no-waivers', 'as if there were no waivers'))
    .addOption(new Option('--baseline <audit>', 'compare with a kept audit').hideHelp())
    .addOption(new Option('--facts <files...>', 'judge kept facts').hideHelp());
}
