import type { postgresFacts } from '../../facts/postgres.ts';
import { absent, type Gatherers } from '../gathering.ts';

const soon = { contacts: true, gather: async () => absent('not looked at yet', 'postgres.url', 'not-built') };

export const postgresGatherers: Gatherers<typeof postgresFacts> = {
  'postgres.connection': soon,
  'postgres.handshake': soon,
  'postgres.session': soon,
  'postgres.server': soon,
  'postgres.sequences': soon,
  'postgres.archiver': soon,
  'postgres.capacity': soon,
  'postgres.pooler': soon,
  'postgres.pool-size': { ...soon, contacts: false },
};
