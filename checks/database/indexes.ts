import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { identifier } from './words.ts';

type Index = Facts['migrations.indexes']['missing'][number];

export const indexes = defineCheck({
  id: 'database.indexes',
  item: 'Indexes created',
  rule: {
    pass: 'every index of the schema snapshot that belongs to the last migration applied in the target exists and is valid',
    fail: 'missing or invalid (indisvalid = false) indexes, named; not the parents of partitioned indexes, nor an index that is being built just now (pg_stat_progress_create_index)',
  },
  why: 'An index that the code counts on and the database lacks turns a lookup into a read of the whole table. A CREATE INDEX CONCURRENTLY that failed leaves one that costs every write and serves no query.',
  remedy: 'Keep the indexes in the Drizzle schema, and change them by migrations only.',
  docs: [
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'https://www.postgresql.org/docs/current/progress-reporting.html#CREATE-INDEX-PROGRESS-REPORTING',
    'https://orm.drizzle.team/docs/indexes-constraints',
  ],
  reasons: {
    created: 'every index of the snapshot exists and is valid, or is being built',
    missing: 'an index of the snapshot is not there',
    invalid: 'an index of the snapshot is not valid',
    'no-indexes': 'the snapshot has no index',
  },
  ways: (make) => [
    make.probe({
      how: "holds the indexes of Drizzle's snapshot against pg_index",
      settings: ['postgres.url'],
      needs: ['migrations.indexes'],
      judge: (facts) => {
        const { migration, snapshot, expected, missing, invalid, building, blind } = facts['migrations.indexes'];
        const isBuilt = (one: Index) => building.some((other) => nameOf(other) === nameOf(one));
        const faults = [
          ...fault(
            'missing',
            missing.filter((one) => !isBuilt(one)),
            ({ name }) => `run the CREATE INDEX of ${name} that ${folderOf(snapshot)} has, with CONCURRENTLY`,
          ),
          ...fault(
            'invalid',
            invalid.filter((one) => !isBuilt(one)),
            (one) => `REINDEX INDEX CONCURRENTLY ${nameOf(one)};`,
          ),
        ];
        if (faults.length > 0 && blind !== null) {
          const because = `${blind} may not see whether the index build under way is of what lacks: ${faults[0]?.because}`;
          return { status: 'error', reason: 'not-permitted', because, fix: `GRANT pg_read_all_stats TO ${blind};` };
        }
        if (expected === 0) return { status: 'unclear', reason: 'no-indexes', because: `${snapshot} has no index` };
        const built = building.length > 0 ? `; ${building.map(nameOf).join(', ')} is being built` : '';
        const because = `${expected} indexes of ${snapshot} (${migration}) exist and are valid${built}`;
        return failOrPass(faults, { reason: 'created', because });
      },
    }),
    make.attest('Is this done: Indexes created?', 90),
  ],
});

const nameOf = ({ schema, name }: Index): string => `${identifier(schema)}.${identifier(name)}`;
const folderOf = (snapshot: string): string => snapshot.replace(/\/(?:meta\/)?[^/]*$/, '');

const MOST = 5;

function fault<R extends 'missing' | 'invalid'>(
  reason: R,
  found: readonly Index[],
  fixOf: (one: Index) => string,
): Fault<R>[] {
  if (found.length === 0) return [];
  const more = found.length > MOST ? ` and ${found.length - MOST} more` : '';
  const names = found.slice(0, MOST).map((one) => `${nameOf(one)} on ${identifier(one.table)}`);
  return [
    {
      reason,
      because: `${reason}: ${names.join(', ')}${more}`,
      fix: found
        .slice(0, MOST)
        .map(fixOf)
        .join(reason === 'invalid' ? ' ' : '; '),
      findings: found.map((one) => ({ where: nameOf(one), what: reason, fingerprint: `${reason}:${nameOf(one)}` })),
    },
  ];
}
