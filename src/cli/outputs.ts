import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { UsageError } from './exit.ts';
import { type Format, formats, laterFormats } from './options.ts';

export interface Output {
  format: Format;
  /** Absolute. */
  file: string;
}

const byExtension: Readonly<Record<string, string>> = {
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.xml': 'junit',
  '.txt': 'human',
  '.sarif': 'sarif',
  '.html': 'html',
  '.md': 'markdown',
  '.prom': 'prometheus',
};

/** @throws UsageError for a format that is unknown or not in this version */
export function formatOf(name: string, flag: string): Format {
  const known = formats.find((format) => format === name);
  if (known) return known;
  if (laterFormats.some((format) => format === name))
    throw new UsageError(`${flag} ${name} is not in this version yet; it has ${formats.join(', ')}`);
  throw new UsageError(`${flag} ${name}: expected one of ${formats.join(', ')}`);
}

/** `-o report.json`, `-o junit=out.xml`: the format by name or by extension. @throws UsageError */
export function outputsOf(values: readonly string[]): Output[] {
  return values.map((value) => {
    const [, name, rest] = /^([a-z]+)=(.+)$/.exec(value) ?? [];
    const file = rest ?? value;
    const format = name ?? byExtension[extname(file).toLowerCase()];
    if (!format) throw new UsageError(`-o ${value}: its extension names no format; write FORMAT=${value}`);
    return { format: formatOf(format, '-o'), file: resolve(file) };
  });
}

/** @throws UsageError naming the file that cannot be written */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : error;
    throw new UsageError(`-o ${file}: cannot be written (${String(code)})`);
  }
}

/** Writes all of it before the process ends, also into a pipe. */
export function print(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
