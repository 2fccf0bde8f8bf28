import type { Report } from '../core/report.ts';
import type { RenderOptions } from './options.ts';

/** From format to its formatter; each loads when it is asked for. */
const reporters: Readonly<Record<string, () => Promise<(report: Report, options: RenderOptions) => string>>> = {
  human: async () => (await import('./human.ts')).renderHuman,
  json: async () => (await import('./json.ts')).renderJson,
  ndjson: async () => (await import('./ndjson.ts')).renderNdjson,
  junit: async () => (await import('./junit.ts')).renderJunit,
  github: async () => (await import('./github.ts')).renderGithub,
};

/** @param format one of human, json, ndjson, junit, github */
export async function render(format: string, report: Report, options: RenderOptions): Promise<string> {
  const reporter = await reporters[format]?.();
  if (!reporter) throw new Error(`no reporter for ${format}`);
  return reporter(report, options);
}
