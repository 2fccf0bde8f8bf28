import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { type Document, whereIs } from './document.ts';
import type { Path } from './positions.ts';
import { isNotBuilt } from './not-built.ts';

const steps = (path: readonly PropertyKey[]): Path =>
  path.map((step) => (typeof step === 'number' ? step : String(step)));
const dotted = (path: Path): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  );

/** What zod found, one line each: file, line, column, setting, what was expected. No value is ever printed. */
export function problemsOf(error: z.ZodError, schema: z.ZodType, document: Document): string[] {
  return error.issues.flatMap((issue) => {
    const path = steps(issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(document, schema, path, key));
    }
    if (issue.code === 'invalid_union') {
      const nested = issue.errors.flat().find((inner) => inner.path.length > 0) ?? issue.errors.flat()[0];
      const at = [...path, ...steps(nested?.path ?? [])];
      return [
        `${whereIs(document, at, 'value')}: ${dotted(at)}: ${nested ? lowered(nested.message) : 'unexpected form'}`,
      ];
    }
    return [`${whereIs(document, path, 'value')}: ${dotted(path) || 'settings'}: ${lowered(issue.message)}`];
  });
}

const lowered = (message: string) =>
  message.replace(/^Invalid input: /, '').replace(/^./, (letter) => letter.toLowerCase());

function unknownKey(document: Document, schema: z.ZodType, path: Path, key: string): string {
  const full = [...path, key];
  const where = whereIs(document, full, 'key');
  if (isNotBuilt(full)) return `${where}: ${dotted(full)} is not in this version of svcheck yet: take it out`;
  const near = nearest(key, keysAt(schema, path));
  return `${where}: unknown setting ${dotted(full)}${near ? `; did you mean ${near}?` : ''}`;
}

/** The keys that a schema knows at a path; wrappers (optional, default, union) are looked through. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  const inner = unwrap(schema);
  const [step, ...rest] = path;
  if (step === undefined)
    return inner.flatMap((one) => ('shape' in one.def ? Object.keys(one.def.shape as object) : []));
  return inner.flatMap((one) => {
    const { def } = one;
    if ('shape' in def) {
      const next = (def.shape as Record<string, z.ZodType>)[String(step)];
      return next ? keysAt(next, rest) : [];
    }
    if ('element' in def) return keysAt(def.element as z.ZodType, rest);
    return 'valueType' in def ? keysAt(def.valueType as z.ZodType, rest) : [];
  });
}

function unwrap(schema: z.ZodType): z.ZodType[] {
  const { def } = schema;
  if ('innerType' in def) return unwrap(def.innerType as z.ZodType);
  if ('options' in def) return (def.options as z.ZodType[]).flatMap(unwrap);
  return [schema];
}
