import type { Report, Result } from '../core/report.ts';
import { safe } from './escape.ts';
import type { RenderOptions } from './options.ts';
import { renderHuman } from './human.ts';
import { worstFirst } from './words.ts';

/** GitHub shows ten annotations of a step and drops the rest without a word. */
const SHOWN = 10;

/** Workflow commands for the worst lines (GitHub docs, "Workflow commands for GitHub Actions"), then the human report. */
export function renderGithub(report: Report, options: RenderOptions): string {
  const worth = worstFirst(report.results.filter((result) => levelOf(result) !== null));
  const more = worth.length - SHOWN + 1;
  const shown = worth.length > SHOWN ? worth.slice(0, SHOWN - 1) : worth;
  const rest =
    worth.length > SHOWN
      ? [`::notice title=svcheck::and ${more} more lines are not well; the log has all of them`]
      : [];
  // The report's own lines must not be read as commands: a stranger's text could begin with ::.
  const human = renderHuman(report, { ...options, colour: false }).replace(/^(\s*)::/gm, '$1\u200b::');
  return `${[...shown.map(annotation), ...rest].join('\n')}\n${human}`;
}

function levelOf({ status, waived, warnings, advisory }: Result): 'error' | 'warning' | null {
  if (!advisory && !waived && (status === 'fail' || status === 'error')) return 'error';
  return status === 'fail' || status === 'error' || warnings.length > 0 ? 'warning' : null;
}

function annotation(result: Result): string {
  const { id, status, because, fix, warnings, waived } = result;
  const state = waived ? `waived ${status}` : status === 'pass' ? 'warning' : status;
  const text =
    status === 'pass' ? warnings.map((warning) => warning.text).join('; ') : `${because}${fix ? `. Fix: ${fix}` : ''}`;
  return `::${levelOf(result) ?? 'notice'} title=${property(`${id} ${state}`)}::${message(text)}`;
}

/** Escapes of the toolkit's own command writer: %, CR and LF; in a property also colon and comma. */
const message = (text: string): string =>
  safe(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
