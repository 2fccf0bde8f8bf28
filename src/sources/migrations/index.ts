import type { migrationsFacts } from '../../facts/migrations.ts';
import { absent, type Gatherers, known, passOn } from '../gathering.ts';
import { withSession } from '../postgres/hosts.ts';
import { readApplied, tableSetting } from './applied.ts';
import { migrationsElsewhere } from './branches.ts';
import { findFolder } from './folder.ts';
import { snapshotIndexes } from './indexes.ts';
import { readMigrations } from './read.ts';
import { stagingName, stagingSession } from './staging.ts';

const settingOf = (target: { settings: { expect: Readonly<Record<string, unknown>> } }) =>
  tableSetting(target.settings.expect['database.migrations']);

export const migrationsGatherers: Gatherers<typeof migrationsFacts> = {
  'migrations.repository': {
    contacts: false,
    async gather(gathering) {
      const folder = await findFolder(gathering);
      if (!folder)
        return absent('the repository has no migrations of Drizzle, Prisma, Knex or node-pg-migrate', 'repository');
      const migrations = await readMigrations(folder);
      const elsewhere = await migrationsElsewhere(gathering, folder);
      return known({ tool: folder.tool, folder: folder.path, migrations, elsewhere }, folder.path);
    },
  },
  'migrations.applied': {
    contacts: true,
    gather: withSession(async (session, gathering) => {
      const repository = await gathering.fact('migrations.repository');
      if (repository.state !== 'known') return passOn(repository);
      const applied = await readApplied(session, repository.value.tool, settingOf(gathering.target));
      return known(applied, `${applied.table ?? 'pg_class'} on ${session.where}`);
    }),
  },
  'migrations.staging': {
    contacts: true,
    async gather(gathering) {
      const { target } = gathering;
      const repository = await gathering.fact('migrations.repository');
      if (repository.state !== 'known') return passOn(repository);
      const own = target.name === stagingName(target);
      if (own) {
        const applied = await gathering.fact('migrations.applied');
        if (applied.state !== 'known') return passOn(applied);
        return known({ ...applied.value, target: target.name }, applied.where);
      }
      const session = await stagingSession(gathering);
      if ('state' in session) return session;
      const applied = await readApplied(session, repository.value.tool, settingOf(target));
      return known({ ...applied, target: stagingName(target) }, `${applied.table ?? 'pg_class'} on ${session.where}`);
    },
  },
  'migrations.indexes': { contacts: true, gather: withSession(snapshotIndexes) },
};
