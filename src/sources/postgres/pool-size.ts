import { envValue } from '../env/values.ts';
import { type Gatherer, known } from '../gathering.ts';

/** DB_POOL_SIZE of the env under audit: a count, so the one value of the env that is no secret. */
export const poolSize: Gatherer<'postgres.pool-size'> = {
  contacts: false,
  gather: async ({ target }) => {
    const text = envValue(target, 'DB_POOL_SIZE');
    const value = /^\s*(\d{1,9})\s*$/.exec(text ?? '')?.[1];
    const where = `DB_POOL_SIZE of ${target.env.entries.get('DB_POOL_SIZE')?.file ?? 'the env under audit'}`;
    return known(
      {
        set: text !== null,
        value: value === undefined ? null : Number(value),
        instances: target.settings.instances ?? null,
      },
      where,
    );
  },
};
