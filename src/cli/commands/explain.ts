import { checks } from '../../../checks/index.ts';
import type { Check, Way } from '../../core/check.ts';
import { wrap } from '../../report/wrap.ts';
import { UsageError } from '../exit.ts';
import type { SharedOptions } from '../options.ts';
import { print } from '../outputs.ts';
import { widthOf } from '../screen.ts';
import { unknown } from '../session.ts';

/** `svcheck explain ID`: the rule, the ways, why it matters, how it is mended, the sources. */
export async function explainCommand(id: string, options: Pick<SharedOptions, 'format'>): Promise<void> {
  const check = checks.find((one) => one.id === id);
  if (!check)
    throw new UsageError(
      unknown(
        'explain',
        id,
        checks.map((one) => one.id),
      ),
    );
  if (options.format === 'json') return print(`${JSON.stringify(data(check), null, 2)}\n`);
  return print(`${text(check, widthOf(process.stdout)).join('\n')}\n`);
}

const data = ({ id, item, rule, why, remedy, docs, reasons, ways }: Check) => ({
  id,
  item,
  rule,
  why,
  remedy,
  docs,
  reasons,
  ways: ways.map(wayText),
});

function wayText(way: Way): string {
  if ('unbuilt' in way) return `${way.by}: not in this version yet`;
  if (way.by === 'attest') return `attest: ${way.ask} (at most ${way.validDays} days)`;
  return `${way.by}: ${way.how}${way.settings.length > 0 ? `; needs ${way.settings.join(', ')}` : ''}`;
}

function text({ id, item, rule, why, remedy, docs, reasons, ways }: Check, width: number): string[] {
  const part = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines.flatMap((one) => wrap(one, width, '  ', '    '))];
  return [
    id,
    `  ${item}`,
    ...part('Why', why ? [why] : []),
    ...part('How to mend it', remedy ? [remedy] : []),
    ...part('Passes', [rule.pass]),
    ...part('Fails', [rule.fail]),
    ...part('Warns', rule.warn ? [rule.warn] : []),
    ...part('Ways, in order', ways.map(wayText)),
    ...part(
      'Reasons',
      Object.entries(reasons).map(([reason, meaning]) => `${reason}: ${meaning}`),
    ),
    ...part('Sources', docs),
  ];
}
