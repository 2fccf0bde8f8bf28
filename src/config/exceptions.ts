import { type Document, whereIs } from './document.ts';
import { nearest } from './nearest.ts';
import type { Path } from './positions.ts';
import type { RegistryFacts } from './registry.ts';
import type { Settings } from './schema.ts';

/** A waiver is for the time until the fault is mended, not for ever. */
const MAX_WAIVER_DAYS = 180;
const DAY = 86_400_000;

/** What is wrong with waivers, not-applicable and the gate's lists, one line each: what a schema cannot know. */
export function exceptionProblems(
  settings: Settings,
  document: Document,
  registry: RegistryFacts,
  now: Date,
): string[] {
  const problems: string[] = [];
  const report = (path: Path, text: string) => problems.push(`${whereIs(document, path, 'value')}: ${text}`);
  const known = (path: Path, id: string): boolean => {
    if (registry.reasons.has(id)) return true;
    const near = nearest(id, registry.reasons.keys());
    report(path, `no check ${id}${near ? `; did you mean ${near}?` : ''} (svcheck list shows all)`);
    return false;
  };
  for (const [index, entry] of settings['not-applicable'].entries())
    known(['not-applicable', index, 'check'], entry.check);
  for (const [index, waiver] of settings.waivers.entries()) {
    if (known(['waivers', index, 'check'], waiver.check)) {
      for (const problem of reasonProblems(waiver, registry)) report(['waivers', index, 'reasons'], problem);
    }
    if (Date.parse(waiver.until) - now.getTime() > MAX_WAIVER_DAYS * DAY) {
      report(['waivers', index, 'until'], `${waiver.until} is more than ${MAX_WAIVER_DAYS} days ahead`);
    }
  }
  for (const list of ['never-waive', 'never-attest', 'advisory'] as const) {
    for (const [index, glob] of settings.gate[list].entries()) {
      if (!registry.matchesSome(glob))
        report(['gate', list, index], `${glob} matches no check (svcheck list shows all)`);
    }
  }
  const most = settings.gate['max-waivers'];
  if (most !== undefined && settings.waivers.length > most) {
    report(['gate', 'max-waivers'], `${settings.waivers.length} waivers, and at most ${most} are allowed`);
  }
  return problems;
}

function reasonProblems(waiver: Settings['waivers'][number], registry: RegistryFacts): string[] {
  const declared = registry.reasons.get(waiver.check) ?? [];
  if (declared.length === 0) return [`this version has no look for ${waiver.check} yet: there is nothing to waive`];
  return waiver.reasons
    .filter((reason) => !declared.includes(reason))
    .map((reason) => {
      const near = nearest(reason, declared);
      return `${waiver.check} has no reason ${reason}${near ? `; did you mean ${near}?` : ` (it has ${declared.join(', ')})`}`;
    });
}
