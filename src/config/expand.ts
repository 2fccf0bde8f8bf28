import { ConfigError } from './error.ts';
import { type Document, isMap, type Raw, type RawMap, whereIs } from './document.ts';
import type { Path } from './positions.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts the process's environment in for `${NAME}`; `$${NAME}` stays as `${NAME}`.
 * @throws ConfigError naming line and column of each variable that is not set
 */
export function expandVariables(document: Document, environment: Environment): Document {
  const unset: string[] = [];
  const walk = (value: Raw, path: Path): Raw => {
    if (typeof value === 'string') {
      return value.replace(/(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, escaped: string, name: string) => {
        if (escaped) return whole.slice(1);
        const found = environment[name];
        if (found === undefined)
          unset.push(`${whereIs(document, path, 'value')}: \${${name}} is not set in the environment`);
        return found ?? '';
      });
    }
    if (Array.isArray(value)) return value.map((item: Raw, index) => walk(item, [...path, index]));
    if (isMap(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
    return value;
  };
  const root = walk(document.root, []) as RawMap;
  if (unset.length > 0) throw new ConfigError(unset);
  return { ...document, root };
}
