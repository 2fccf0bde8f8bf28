import type { AuditOptions } from '../audit.ts';

export interface Progress {
  listeners: Pick<AuditOptions, 'onLines' | 'onResult' | 'progress'>;
  stop(): Promise<void>;
}

const still: Progress = { listeners: {}, stop: async () => {} };

/** Live progress on stderr, a line a section, while the audit runs; nothing where nothing may move. */
export async function startProgress(animate: boolean): Promise<Progress> {
  return animate ? (await import('./live.ts')).startLive() : still;
}
