import type { postgresFacts } from '../../facts/postgres.ts';
import type { Gatherers } from '../gathering.ts';
import { activity } from './activity.ts';
import { archiver } from './archiver.ts';
import { capacity } from './capacity.ts';
import { connection } from './connection.ts';
import { handshake } from './handshake.ts';
import { ownSession } from './own-session.ts';
import { poolSize } from './pool-size.ts';
import { pooler } from './pooler.ts';
import { statements } from './queries.ts';
import { schema } from './schema.ts';
import { access } from './schema-access.ts';
import { seed } from './schema-seed.ts';
import { sequences } from './sequences.ts';
import { server } from './server.ts';

export const postgresGatherers: Gatherers<typeof postgresFacts> = {
  'postgres.connection': connection,
  'postgres.handshake': handshake,
  'postgres.session': ownSession,
  'postgres.server': server,
  'postgres.sequences': sequences,
  'postgres.schema': schema,
  'postgres.activity': activity,
  'postgres.statements': statements,
  'postgres.seed': seed,
  'postgres.access': access,
  'postgres.archiver': archiver,
  'postgres.capacity': capacity,
  'postgres.pooler': pooler,
  'postgres.pool-size': poolSize,
};
