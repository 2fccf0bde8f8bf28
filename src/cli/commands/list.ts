import { sections } from '../../../checks/index.ts';
import type { Check, Look, Way } from '../../core/check.ts';
import { matches } from '../../core/glob.ts';
import type { Target } from '../../config/target.ts';
import { safe } from '../../report/escape.ts';
import { isConfigured } from '../configured.ts';
import type { SharedOptions } from '../options.ts';
import { UsageError } from '../exit.ts';
import { print } from '../outputs.ts';
import { openTarget, phasesOf, requireMatches } from '../session.ts';

interface Row {
  id: string;
  item: string;
  phase: string;
  ways: readonly string[];
  configured: boolean;
  /** What would let svcheck decide it. */
  needs: readonly string[];
}

/** `svcheck list`: every line, and whether what it needs is configured here. */
export async function listCommand(options: SharedOptions): Promise<void> {
  requireMatches('--only', options.only);
  requireMatches('--skip', options.skip);
  if (!['human', 'json'].includes(options.format))
    throw new UsageError(`--format ${options.format}: list has human and json`);
  const chosen = options.phase.length === 0 ? phasesOf(['all']) : phasesOf(options.phase);
  const target = await openTarget(options, new Date());
  const shown = sections
    .filter(({ phase }) => chosen.includes(phase))
    .map((section) => ({
      section,
      rows: section.checks
        .filter(({ id }) => isChosen(id, options))
        .map((check) => rowOf(check, section.phase, target)),
    }));
  const rows = shown.flatMap((one) => one.rows);
  if (options.format === 'json') return print(`${JSON.stringify(rows, null, 2)}\n`);
  const lines = shown
    .filter((one) => one.rows.length > 0)
    .flatMap(({ section, rows: own }) => [`${section.title} (${section.phase})`, ...own.map(line), '']);
  return print(`${[...lines, ...ending(rows)].join('\n')}\n`);
}

const isChosen = (id: string, { only, skip }: SharedOptions): boolean =>
  (only.length === 0 || only.some((glob) => matches(glob, id))) && !skip.some((glob) => matches(glob, id));

function rowOf(check: Check, phase: string, target: Target): Row {
  const looks = check.ways.filter((way): way is Look => 'judge' in way);
  const lacking = looks.map((look) => look.settings.filter((setting) => !isConfigured(target, setting)));
  const configured = lacking.some((settings) => settings.length === 0);
  return {
    id: check.id,
    item: check.item,
    phase,
    ways: check.ways.map(wayWord),
    configured,
    needs: configured ? [] : (lacking[0] ?? []),
  };
}

const wayWord = (way: Way): string => ('unbuilt' in way ? `${way.by} (not built)` : way.by);

function line({ id, item, ways, configured, needs }: Row): string {
  const state = configured ? 'ready' : needs.length > 0 ? `needs ${needs.join(', ')}` : 'a person must say';
  return `  ${id.padEnd(34)} ${ways.join(', ')}; ${state}\n      ${safe(item)}`;
}

/** The few settings that would decide most of the undecided lines. */
function ending(rows: readonly Row[]): string[] {
  const votes = new Map<string, number>();
  for (const setting of rows.flatMap(({ needs }) => needs.slice(0, 1)))
    votes.set(setting, (votes.get(setting) ?? 0) + 1);
  const best = [...votes].sort((a, b) => b[1] - a[1]).slice(0, 3);
  const ready = rows.filter(({ configured }) => configured).length;
  const total = `${rows.length} lines, ${ready} with all that they need`;
  if (best.length === 0) return [total];
  return [
    `${total}. These settings would decide more: ${best.map(([setting, lines]) => `${setting} (${lines})`).join(', ')}`,
  ];
}
