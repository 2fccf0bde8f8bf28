import { dump } from 'js-yaml';
import { registryFacts } from '../../registry.ts';
import { readDocument } from '../../config/document.ts';
import { ConfigError } from '../../config/error.ts';
import { findConfig, settingsOf, targetNames } from '../../config/load.ts';
import { safe } from '../../report/escape.ts';
import { UsageError } from '../exit.ts';
import type { SharedOptions } from '../options.ts';
import { print } from '../outputs.ts';
import { loadOptions, openTarget } from '../session.ts';

/** `svcheck config check`: the root and every target; all problems at once. @throws ConfigError */
export async function configCheckCommand(options: SharedOptions): Promise<void> {
  const load = await loadOptions(options, new Date());
  const file = await findConfig(load.cwd, load.config);
  if (!file) throw new UsageError('no svcheck.yaml found here or above; expected one, or --config FILE');
  const document = await readDocument(file, options.config ?? 'svcheck.yaml');
  const names = options.target ? [options.target] : [null, ...targetNames(document)];
  const problems = new Set<string>();
  for (const name of names) {
    try {
      settingsOf(document, name, load, registryFacts);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const problem of error.problems) problems.add(problem);
    }
  }
  if (problems.size > 0) throw new ConfigError([...problems]);
  if (options.target) await openTarget(options, new Date()); // an unknown target is named there
  return print(`${safe(file)}: valid (${names.map((name) => safe(name ?? 'root')).join(', ')})\n`);
}

/** An address without the name and password in it; other text as it is. */
const withoutCredentials = (text: string): string =>
  text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi, '$1[secret]@');

/** `svcheck config print`: the merged settings as YAML or JSON; a Secret prints as its mask. */
export async function configPrintCommand(options: SharedOptions): Promise<void> {
  const target = await openTarget(options, new Date());
  // A Secret's toJSON masks it: through JSON no value can slip out.
  const masked = (_: string, value: unknown) => (typeof value === 'string' ? withoutCredentials(value) : value);
  const plain: unknown = JSON.parse(JSON.stringify({ target: target.name, ...target.settings }, masked));
  return print(options.format === 'json' ? `${JSON.stringify(plain, null, 2)}\n` : dump(plain));
}
