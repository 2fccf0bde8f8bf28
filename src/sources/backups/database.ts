import { absent, type Gatherer, known } from '../gathering.ts';
import { addressOf } from '../postgres/target.ts';

/** Which database the backups should be of: the one that is looked at. Nobody is asked. */
export const database: Gatherer<'backups.database'> = {
  contacts: false,
  async gather({ target }) {
    const named = addressOf(target);
    if (!named) return absent('no PostgreSQL address is configured', 'postgres.url');
    const { database: name, hosts } = named.address;
    return known({ name, hosts: hosts.map(({ host }) => host), from: named.from }, named.from);
  },
};
