import type { envFacts } from '../../facts/env.ts';
import { type Gatherers, known } from '../gathering.ts';
import { gatherAuthSecrets } from './auth-secrets.ts';
import { gatherCors } from './cors.ts';
import { gatherEmail } from './email.ts';
import { referenceKind } from './formats.ts';
import { gatherStoreAddress, postgresStore, redisStore } from './store-address.ts';
import { noEnv, whereOf } from './trouble.ts';
import { placeOf, plainWord } from './values.ts';
import { gatherVariables } from './variables.ts';

export const envGatherers: Gatherers<typeof envFacts> = {
  'env.variables': { contacts: false, gather: ({ target }) => gatherVariables(target) },
  'env.auth-secrets': { contacts: false, gather: gatherAuthSecrets },
  'env.database-url': { contacts: false, gather: ({ target }) => gatherStoreAddress(target, postgresStore) },
  'env.redis-url': { contacts: false, gather: ({ target }) => gatherStoreAddress(target, redisStore) },
  'env.email': { contacts: false, gather: ({ target }) => gatherEmail(target) },
  'env.cors': { contacts: false, gather: ({ target }) => gatherCors(target) },
  'env.node-env': {
    contacts: false,
    async gather({ target: { env } }) {
      const entry = env.entries.get('NODE_ENV');
      // As it is: NODE_ENV is compared, never trimmed.
      const value = entry?.value.reveal() ?? '';
      const word = { value: value === '' ? null : plainWord(value), place: entry ? placeOf(entry) : null };
      return noEnv(env) ?? known(word, whereOf(env));
    },
  },
  'env.references': {
    contacts: false,
    async gather({ target: { env } }) {
      const keys = [...env.entries.values()].flatMap(({ key, value }) => {
        const held = referenceKind(value.reveal());
        return held ? [{ key, held }] : [];
      });
      return noEnv(env) ?? known({ keys: keys.slice(0, 200) }, whereOf(env));
    },
  },
};
