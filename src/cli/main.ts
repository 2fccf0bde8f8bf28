#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { exitCodes, UsageError } from './exit.ts';
import type { DemoOptions } from './commands/demo.ts';
import {
  gateOptions,
  lookOptions,
  outputOptions,
  type SharedOptions,
  selectionOptions,
  targetOptions,
} from './options.ts';
import { ownPackage } from './package.ts';

/** Commands that the documentation names and this version does not have. */
const later: Readonly<Record<string, string>> = {
  init: 'write a commented svcheck.yaml',
  evidence: 'bind a report to the commit',
  attest: 'give a person’s signed word',
  waivers: 'list and lint waivers',
  sign: 'sign a kept audit',
  verify: 'check a signed audit',
  collect: 'look now, judge later',
  watch: 'hold the rollback triggers',
  rollback: 'walk the rollback steps',
  drill: 'restore the newest backup and compare',
  history: 'list kept audits',
  diff: 'compare two audits',
  fleet: 'audit many targets',
  completion: 'shell completion',
};

/** The modules behind the commands load when their command is known, so that --version and --help stay quick. */
function program(): Command {
  const svcheck = new Command('svcheck')
    .description('May this release go live? Decides the production deployment checklist from live facts, read-only.')
    .version(ownPackage().version, '-V, --version')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const audit = svcheck.command('audit').description('look, judge, report: the main job');
  for (const add of [targetOptions, selectionOptions, lookOptions, gateOptions, outputOptions]) add(audit);
  audit.action(async (options: SharedOptions) => (await import('./commands/audit.ts')).auditCommand(options));

  const list = svcheck
    .command('list')
    .description('every line: id, item, phase, ways, and whether what it needs is configured');
  for (const add of [targetOptions, selectionOptions, outputOptions]) add(list);
  list.action(async (options: SharedOptions) => (await import('./commands/list.ts')).listCommand(options));

  const explain = svcheck
    .command('explain')
    .argument('<id>', 'a line’s id')
    .description('the rule, how it is looked at, why it matters, how to fix it');
  for (const add of [targetOptions, outputOptions]) add(explain);
  explain.action(async (id: string, options: SharedOptions) =>
    (await import('./commands/explain.ts')).explainCommand(id, options),
  );

  const config = svcheck.command('config').description('validate svcheck.yaml, or show the merged settings');
  const check = config.command('check').description('validate svcheck.yaml: every target of it');
  const print = config.command('print').description('the merged settings of one target, secrets masked');
  for (const one of [check, print]) for (const add of [targetOptions, outputOptions]) add(one);
  check.action(async (options: SharedOptions) => (await import('./commands/config.ts')).configCheckCommand(options));
  print.action(async (options: SharedOptions) => (await import('./commands/config.ts')).configPrintCommand(options));

  const demo = svcheck.command('demo').description('audit a small real deployment that svcheck starts itself');
  demo
    .option('--break <name>', 'plant one fault')
    .option('--list', 'name the faults')
    .option('--keep', 'leave it up and say how to audit it')
    .action(async (options: DemoOptions) => (await import('./commands/demo.ts')).demoCommand(options));

  for (const [name, does] of Object.entries(later)) {
    svcheck
      .command(name, { hidden: true })
      .description(does)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw new UsageError(`svcheck ${name} is not in this version yet`);
      });
  }
  return svcheck;
}

async function main(): Promise<void> {
  const debug = process.argv.includes('--debug');
  // What slips past every catch is a fault of svcheck's own: one line and 70 as well, not Node's stack and 1.
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => void failed(error, debug).then((code) => process.exit(code)));
  }
  // A reader that has seen enough (`| head`) is no fault; what was decided stands.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`svcheck: the report cannot be written to standard output (${error.code ?? error.message})\n`);
    process.exit(exitCodes.internal);
  });
  try {
    await program().parseAsync();
  } catch (error) {
    process.exitCode = await failed(error, debug);
  }
}

/** One clear line and the right exit code for whatever went wrong; a stack only with --debug. */
async function failed(error: unknown, debug: boolean): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const expected = error instanceof UsageError || (error instanceof Error && error.name === 'ConfigError');
  const { safeLines } = await import('../report/escape.ts');
  const text = error instanceof Error ? error.message : String(error);
  for (const line of safeLines(text)) process.stderr.write(`svcheck: ${line}\n`);
  if (!expected)
    process.stderr.write('svcheck: this is a fault of svcheck itself; run again with --debug and report it\n');
  if (debug && !expected && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return expected ? exitCodes.usage : exitCodes.internal;
}

await main();
