import type { Target } from '../../config/target.ts';
import { safe } from '../../report/escape.ts';
import type { Contact } from '../../sources/gathering.ts';

/** What `--dry-run` prints: the target, the files it read, and whom an audit would contact. */
export function dryRun({ name, file, env, live }: Target, contacts: readonly Contact[]): string {
  const files = [...(file ? [file] : []), ...env.files.filter(({ state }) => state === 'read').map((one) => one.file)];
  const lines = [
    `target ${safe(name)}`,
    `files read: ${files.map(safe).join(', ') || 'none'}`,
    contacts.length === 0 ? 'would contact: nobody' : `would contact${live ? '' : ', with --live'}:`,
    ...contacts.map(({ address, what }) => `  ${safe(address)} (${what})`),
  ];
  return `${lines.join('\n')}\n`;
}
