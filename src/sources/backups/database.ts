import { absent, type Gatherer, known } from '../gathering.ts';
import { addressOf } from '../postgres/target.ts';

/**
 * Which database the backups should be of: the one that is looked at. Where it answers it says its own name, which a pooler's
 * address may not have.
 */
export const database: Gatherer<'backups.database'> = {
  contacts: false,
  async gather({ target, fact }) {
    const named = addressOf(target);
    if (!named) return absent('no PostgreSQL address is configured', 'postgres.url');
    const hosts = named.address.hosts.map(({ host }) => host);
    const server = await fact('postgres.server');
    if (server.state === 'known')
      return known(
        { name: server.value.database, hosts, from: 'current_database()' },
        server.where.replace(/^.* on /, 'current_database() on '),
      );
    return known({ name: named.address.database, hosts, from: named.from }, named.from);
  },
};
