import type { Facts } from '../../facts/index.ts';
import { type Gatherer, known } from '../gathering.ts';
import { withSession } from './hosts.ts';
import { duplicates, notValidated, prefixes, tableCount, unindexedKeys, withoutPrimaryKey } from './schema-queries.ts';

type Schema = Facts['postgres.schema'];
type One<K extends keyof Schema> = Schema[K] extends { shown: (infer T)[] } ? T : never;
type Row<T> = T & { total: number };

type Bare = Omit<One<'withoutPrimaryKey'>, 'unique'> & {
  index: string | null;
  columns: string[] | null;
  constraint: string | null;
  referenced: boolean | null;
};

/** Tables, keys and indexes as the catalog has them, one query a subject. */
export const schema: Gatherer<'postgres.schema'> = {
  contacts: true,
  gather: withSession(async (session) => {
    const [count] = await session.look<{ tables: number }>(tableCount);
    const bare = await session.look<Row<Bare>>(withoutPrimaryKey);
    return known(
      {
        tables: count?.tables ?? 0,
        withoutPrimaryKey: shownOf(
          bare.map(({ index, columns, constraint, referenced, ...rest }) => ({
            ...rest,
            unique: index && columns ? { index, columns, constraint, referenced: referenced === true } : null,
          })),
        ),
        unindexedKeys: shownOf(await session.look<Row<One<'unindexedKeys'>>>(unindexedKeys)),
        duplicates: shownOf(await session.look<Row<One<'duplicates'>>>(duplicates)),
        prefixes: shownOf(await session.look<Row<One<'prefixes'>>>(prefixes)),
        notValidated: shownOf(await session.look<Row<One<'notValidated'>>>(notValidated)),
      },
      `pg_class, pg_index and pg_constraint on ${session.where}`,
    );
  }),
};

function shownOf<T extends { total: number }>(rows: readonly T[]): { total: number; shown: Omit<T, 'total'>[] } {
  return { total: rows[0]?.total ?? 0, shown: rows.map(({ total: _, ...rest }) => rest) };
}
