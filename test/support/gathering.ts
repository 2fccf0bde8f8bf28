import { defaultLimits } from '../../src/engine/limits.ts';
import { FactStore } from '../../src/engine/store.ts';
import { gatherers } from '../../src/sources/index.ts';
import { sealOf } from '../../src/sources/seal.ts';
import { type LookOptions, targetOf } from './target.ts';

export { type LookOptions, targetOf } from './target.ts';

/** A fact store on a test's target: `store.get('redis.info')` looks as the audit would. Close it at the end. */
export function storeFor(options: LookOptions): FactStore {
  const target = targetOf(options);
  return new FactStore({
    gatherers,
    gathering: {
      target,
      now: options.now ?? new Date(),
      version: '0.0.0-test',
      active: options.active ?? false,
      vantage: options.vantage ?? 'undeclared',
      progress: () => {},
    },
    limits: { ...defaultLimits, ...options.limits },
    seal: sealOf(target),
    deadline: new AbortController().signal,
    interrupt: new AbortController().signal,
  });
}
