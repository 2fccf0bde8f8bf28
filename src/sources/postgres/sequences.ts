import { type Gatherer, known } from '../gathering.ts';
import { withSession } from './hosts.ts';

interface Row {
  schema: string;
  name: string;
  column: string | null;
  type: string;
  ascending: boolean;
  last: number | null;
  /** As text, for the greatest bigint has more digits than a number. */
  least: string;
  greatest: string;
  readable: boolean;
}

const MAX_SHOWN = 20;

/** How full the sequences are, against what the column that they feed can hold. */
export const sequences: Gatherer<'postgres.sequences'> = {
  contacts: true,
  gather: withSession(async (session) => {
    const rows = await session.look<Row>(query);
    const [who] = await session.look<{ role: string; num: number }>(
      "SELECT session_user AS role, current_setting('server_version_num')::int AS num",
    );
    const fullest = rows.flatMap(fullness).sort((a, b) => b.used - a.used);
    const hidden = new Map<string, number>();
    for (const row of rows) if (!row.readable) hidden.set(row.schema, (hidden.get(row.schema) ?? 0) + 1);
    return known(
      {
        role: who?.role ?? '',
        versionNum: who?.num ?? 0,
        examined: rows.filter((row) => row.readable).length,
        fullest: fullest.slice(0, MAX_SHOWN),
        hidden: [...hidden].slice(0, MAX_SHOWN).map(([schema, count]) => ({ schema, count })),
      },
      `pg_sequence on ${session.where}`,
    );
  }),
};

/** A sequence that was never used has no last value; a column of another type (text, numeric) sets no limit of its own. */
function fullness(row: Row) {
  if (row.last === null) return [];
  const [least, greatest] = ranges[row.type] ?? [-Infinity, Infinity];
  const limit = row.ascending ? Math.min(Number(row.greatest), greatest) : Math.max(Number(row.least), least);
  const used = limit === 0 ? 1 : Math.max(0, Math.min(1, row.last / limit));
  const { name: sequence, column, type, last } = row;
  return [{ sequence, column, type, last, limit, used }];
}

/** Documentation, "Numeric Types". */
const ranges: Readonly<Record<string, readonly [least: number, greatest: number]>> = {
  int2: [-(2 ** 15), 2 ** 15 - 1],
  int4: [-(2 ** 31), 2 ** 31 - 1],
  int8: [-(2 ** 63), 2 ** 63 - 1],
};

/**
 * A sequence feeds the column that owns it (serial, identity) and every column whose default names it; of several the
 * narrowest counts. One that cycles within its column starts again, and never runs out. pg_sequences shows no last value both where none was drawn and where
 * this role may not see it: the privilege tells.
 */
const query = `
  WITH feeds AS (
    SELECT objid AS sequence, refobjid AS relation, refobjsubid AS attribute FROM pg_depend
    WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND refobjsubid > 0
    UNION
    SELECT d.refobjid, a.adrelid, a.adnum FROM pg_depend d JOIN pg_attrdef a ON a.oid = d.objid
    WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
  ), columns AS (
    SELECT DISTINCT ON (f.sequence) f.sequence, format('%I.%I.%I', n.nspname, c.relname, a.attname) AS name,
      coalesce(base.typname, t.typname) AS type, coalesce(base.typlen, t.typlen) AS length
    FROM feeds f JOIN pg_class c ON c.oid = f.relation JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = f.relation AND a.attnum = f.attribute
      JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type base ON base.oid = nullif(t.typbasetype, 0)
    ORDER BY f.sequence, CASE WHEN coalesce(base.typlen, t.typlen) > 0 THEN coalesce(base.typlen, t.typlen) ELSE 99 END
  )
  SELECT n.nspname AS schema, format('%I.%I', n.nspname, c.relname) AS name, columns.name AS column,
    coalesce(columns.type, (SELECT typname FROM pg_type WHERE oid = s.seqtypid)) AS type, s.seqincrement > 0 AS ascending,
    s.seqmin::text AS least, s.seqmax::text AS greatest, readable,
    CASE WHEN readable THEN pg_sequence_last_value(c.oid)::float8 END AS last
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN columns ON columns.sequence = c.oid
    CROSS JOIN LATERAL (SELECT has_sequence_privilege(c.oid, 'SELECT, USAGE') AS readable) AS rights
  WHERE c.relpersistence <> 't' AND NOT (s.seqcycle AND s.seqmax <= CASE columns.type
    WHEN 'int2' THEN 32767 WHEN 'int4' THEN 2147483647 ELSE 9223372036854775807 END)
  LIMIT 20000`;
