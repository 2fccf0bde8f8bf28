import { sections } from '../../../checks/index.ts';
import { audit, type AuditOptions } from '../../audit.ts';
import type { Target } from '../../config/target.ts';
import type { Report } from '../../core/report.ts';
import { endOf } from '../../engine/exceptions.ts';
import type { GateOptions, GateWord } from '../../engine/gate.ts';
import { render } from '../../report/index.ts';
import type { RenderOptions } from '../../report/options.ts';
import { contactsOf } from '../../sources/contacts.ts';
import { gateWords } from '../../config/schema.ts';
import { exitCodes, UsageError } from '../exit.ts';
import type { SharedOptions } from '../options.ts';
import { formatOf, outputsOf, print, writeOutput } from '../outputs.ts';
import { startProgress } from '../progress.ts';
import { mayAnimate, wantsAscii, wantsColour, widthOf } from '../screen.ts';
import { openTarget, phasesOf, requireMatches } from '../session.ts';
import { ownPackage } from '../package.ts';
import { dryRun } from './dry-run.ts';

/** `svcheck audit`: reads the settings, looks, judges, prints, and sets the exit code. */
export async function auditCommand(options: SharedOptions): Promise<void> {
  const now = new Date();
  const format = formatOf(options.format, '--format');
  const outputs = outputsOf(options.output);
  const choice = choose(options, now);
  const target = await openTarget(options, now);
  if (options.dryRun) return print(dryRun(target, contactsOf(target)));
  const interrupt = interruptible();
  const progress = await startProgress(mayAnimate(options.quiet));
  const started = performance.now();
  const report = await audit(target, {
    ...choice,
    ...progress.listeners,
    version: ownPackage().version,
    vantage: options.vantage ?? target.settings.vantage ?? 'undeclared',
    gate: gateOf(options, target),
    now,
    interrupt: interrupt.signal,
    ...(options.debug ? { debug: (text: string) => process.stderr.write(`svcheck: ${text}\n`) } : {}),
  });
  await progress.stop();
  interrupt.release();
  const settings = renderOptions(options, Math.round(performance.now() - started));
  process.exitCode = report.interrupted ? exitCodes.interrupted : report.gate.exit;
  // The screen first: a file that cannot be written must not lose the result.
  await print(await render(format, report, settings));
  await stepSummary(report, settings);
  for (const { format: as, file } of outputs) {
    await writeOutput(file, await render(as, report, { ...settings, colour: false, verbose: true, quiet: false }));
  }
}

type Choice = Pick<AuditOptions, 'phases' | 'only' | 'skip' | 'active' | 'limits' | 'applyWaivers' | 'asOf'>;

/** What the flags ask for, checked before anybody is contacted. @throws UsageError */
function choose(options: SharedOptions, now: Date): Choice {
  if (options.baseline !== undefined) throw new UsageError('--baseline is not in this version yet');
  if (options.facts !== undefined) throw new UsageError('--facts is not in this version yet');
  requireMatches('--only', options.only);
  requireMatches('--skip', options.skip);
  return {
    phases: phasesOf(options.phase),
    only: options.only,
    skip: options.skip,
    active: options.active,
    limits: { timeoutMs: options.timeout, deadlineMs: options.deadline, concurrency: options.concurrency },
    applyWaivers: options.waivers,
    asOf: options.asOf === undefined ? now : asOfDate(options.asOf, now),
  };
}

function asOfDate(text: string, now: Date): Date {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? endOf(text) : new Date(Number.NaN);
  if (Number.isNaN(date.getTime())) throw new UsageError(`--as-of ${text}: expected a date such as 2027-02-01`);
  if (date < now) throw new UsageError(`--as-of ${text} is past: it tells what will have expired, not what had`);
  return date;
}

function gateOf(options: SharedOptions, { settings }: Target): GateOptions {
  const words = options.failOn ?? settings.gate['fail-on'];
  if (words.includes('regression'))
    throw new UsageError('--fail-on regression needs --baseline, which is not in this version yet');
  const failOn = words.map((word) => {
    const known = gateWords.find((one) => one === word);
    if (!known) throw new UsageError(`--fail-on ${word}: expected some of ${gateWords.join(', ')}`);
    return known;
  });
  return { failOn: failOn satisfies GateWord[], require: options.require ?? settings.gate.require ?? null };
}

function renderOptions(options: SharedOptions, elapsedMs: number): RenderOptions {
  return {
    titles: new Map(sections.map(({ id, title }) => [id, title])),
    colour: wantsColour(options.color, process.stdout),
    width: widthOf(process.stdout),
    verbose: options.verbose,
    quiet: options.quiet,
    ascii: wantsAscii(),
    elapsedMs,
  };
}

/** GitHub shows what is appended to this file on the run's page (GitHub docs, "Adding a job summary"). */
async function stepSummary(report: Report, options: RenderOptions): Promise<void> {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  const { appendFile } = await import('node:fs/promises');
  const { renderSummary } = await import('../../report/summary.ts');
  await appendFile(file, renderSummary(report, options)).catch(() => {
    process.stderr.write('svcheck: GITHUB_STEP_SUMMARY cannot be written; the report is whole without it\n');
  });
}

/** The first Ctrl-C ends the audit with what there is; a second one ends the process. */
function interruptible(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
