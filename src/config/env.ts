import { expandEnv } from './env-expand.ts';
import { type ScannedFile, scanEnvFile, sealedFile } from './env-file.ts';
import { Secret } from './secret.ts';
import type { EnvUnderAudit } from './target.ts';

export interface LoadEnvOptions {
  /** The folder that relative names start from. */
  base: string;
  /** As configured: later files win. Undefined: `.env`, then `.env.production`, those that exist. */
  files: readonly string[] | undefined;
  /** Whether the process's environment belongs to it, over all files. */
  process: boolean;
  processEnv: Readonly<Record<string, string | undefined>>;
}

const usual = ['.env', '.env.production'];

/**
 * Reads the env under audit: the files in order, merged, their references expanded among each other.
 * A file that cannot be read is among `files` with its state, also one that is missing although it was configured.
 * Values of the process stand as they are.
 */
export async function loadEnv({ base, files, process, processEnv }: LoadEnvOptions): Promise<EnvUnderAudit> {
  const scanned: ScannedFile[] = [];
  for (const file of files ?? usual) {
    const read = await scanEnvFile(base, file);
    if (files || read.state !== 'missing') scanned.push(read);
  }
  const places = new Map<string, { file: string; line: number; value: string }>();
  for (const read of scanned) {
    if (read.state !== 'read') continue;
    for (const { key, value, line } of read.scan.assignments) places.set(key, { file: read.file, line, value });
  }
  const inherited = new Map<string, string>();
  if (process) {
    for (const [key, value] of Object.entries(processEnv)) if (value !== undefined) inherited.set(key, value);
  }
  const written = new Map([...places].map(([key, { value }]) => [key, value]));
  const expanded = expandEnv(new Map([...written, ...escaped(inherited)]));
  const entries = new Map(
    [...places].map(([key, { file, line }]) => [key, { key, value: new Secret(expanded.get(key) ?? ''), file, line }]),
  );
  for (const [key, value] of inherited) entries.set(key, { key, value: new Secret(value), file: 'process', line: 0 });
  return { files: scanned.map(sealedFile), entries };
}

/** Values that a reference takes over as they are. */
const escaped = (values: ReadonlyMap<string, string>) =>
  [...values].map(([key, value]) => [key, value.replaceAll('$', '\\$')] as const);
