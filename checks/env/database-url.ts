import { unbuiltCheck } from '../../src/core/define.ts';

export const databaseUrl = unbuiltCheck({
  id: 'env.database-url',
  item: '`DATABASE_URL` points to production database',
  by: ['probe'],
  pass: "parses, and host and database name match what svcheck.yaml expects of this target (whether it answers is *.provisioned's line); with no expectation, host is not loopback and neither name looks like dev, test or staging",
  fail: "loopback (unless via: proxy or mesh is declared: then names and expectation are judged, and database.ssl warns of the unseen leg), a name with dev, test or staging as a whole word, the same database as another target's env, or a mismatch with the expectation",
});
