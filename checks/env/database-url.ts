import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { addressReasons, judgeAddress } from './store-address.ts';

export const databaseUrl = defineCheck({
  id: 'env.database-url',
  item: '`DATABASE_URL` points to production database',
  rule: {
    pass: "parses, and host and database name match what svcheck.yaml expects of this target (whether it answers is *.provisioned's line); with no expectation, host is not loopback and neither name looks like dev, test or staging",
    fail: "loopback (unless via: proxy or mesh is declared: then names and expectation are judged, and database.ssl warns of the unseen leg), a name with dev, test or staging as a whole word, the same database as another target's env, or a mismatch with the expectation",
  },
  why: 'An address left over from development or staging sends the first real users’ data to the wrong database, or finds none.',
  remedy:
    'DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full of production, and expect: { env.database-url: { host, database } } in svcheck.yaml, so that another one is noticed.',
  docs: ['https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS'],
  settings: z.strictObject({ host: z.string().min(1).optional(), database: z.string().min(1).optional() }),
  loosening: ['host', 'database'],
  reasons: addressReasons,
  ways: (make) => [
    make.probe({
      how: 'host and database of DATABASE_URL, and those of the other targets’ envs',
      settings: ['env.files'],
      needs: ['env.database-url'],
      judge: ({ 'env.database-url': address }, { expect }) =>
        judgeAddress(address, expect, { example: 'postgres://USER:PASSWORD@HOST:5432/DATABASE' }),
    }),
    make.attest('Does DATABASE_URL of production name the production database?', 90),
  ],
});
