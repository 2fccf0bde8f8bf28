import { keyOf, tablesCte, usable } from './schema-tables.ts';

/** More is not shown; the number of all is. */
const MAX_SHOWN = 100;

const columnsOf = (relation: string, key: string) => `ARRAY(SELECT quote_ident(a.attname)
      FROM unnest(${key}) WITH ORDINALITY AS part(attnum, place)
        JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = part.attnum ORDER BY part.place)`;

const constraintOf = (index: string) =>
  `(SELECT quote_ident(conname) FROM pg_constraint WHERE conindid = ${index} AND contype IN ('p', 'u', 'x') LIMIT 1)`;

const referencedOf = (index: string) =>
  `EXISTS (SELECT FROM pg_constraint WHERE conindid = ${index} AND contype = 'f')`;

export const tableCount = `WITH ${tablesCte} SELECT count(*)::int AS tables FROM tables WHERE NOT relispartition`;

/** A partition has its primary key from its parent. ADD PRIMARY KEY USING INDEX wants a B-tree in the default order (documentation, "ALTER TABLE"). */
export const withoutPrimaryKey = `WITH ${tablesCte}, bare AS (
    SELECT oid, name, relkind FROM tables t WHERE NOT relispartition
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
  ), first AS (SELECT *, (SELECT count(*) FROM bare)::int AS total FROM bare ORDER BY name LIMIT ${MAX_SHOWN})
  SELECT total, name AS table, CASE WHEN relkind = 'p' THEN pg_get_partkeydef(first.oid) END AS "partitionKey",
    EXISTS (SELECT FROM pg_attribute WHERE attrelid = first.oid AND attname = 'id' AND NOT attisdropped) AS "hasId",
    u.index, u.columns, u.constraint, u.referenced
  FROM first LEFT JOIN LATERAL (
    SELECT quote_ident(c.relname) AS index, ${columnsOf('i.indrelid', keyOf('i'))} AS columns,
      ${constraintOf('i.indexrelid')} AS constraint, ${referencedOf('i.indexrelid')} AS referenced
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = first.oid AND i.indisunique AND i.indimmediate AND ${usable('i')}
      AND i.indpred IS NULL AND i.indexprs IS NULL AND 0 = ALL (i.indoption)
      AND NOT EXISTS (SELECT FROM pg_attribute a
        WHERE a.attrelid = i.indrelid AND a.attnum = ANY (${keyOf('i')}) AND NOT a.attnotnull)
    ORDER BY i.indnkeyatts, c.relname LIMIT 1) AS u ON true ORDER BY name`;

/**
 * A foreign key is covered by an index whose first columns are the key's in any order, and which knows \`=\`. A partial one counts where its predicate says no more
 * than that columns of the key are NOT NULL, which a search by the key implies. Keys of partitioned tables are looked at on their
 * partitions (clones, conparentid), and told by the table that declares them.
 */
export const unindexedKeys = `WITH RECURSIVE ${tablesCte}, keys AS MATERIALIZED (
    SELECT f.oid, f.conparentid, f.conrelid, f.conkey, t.reltuples FROM pg_constraint f JOIN tables t ON t.oid = f.conrelid
    WHERE f.contype = 'f' AND t.relkind = 'r'
  ), naked AS MATERIALIZED (
    SELECT k.* FROM keys k WHERE NOT EXISTS (
      SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND ${usable('i')}
        AND i.indnkeyatts >= cardinality(k.conkey)
        AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
        AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] <@ k.conkey
        AND EXISTS (SELECT FROM pg_opclass oc JOIN pg_amop ao ON ao.amopfamily = oc.opcfamily JOIN pg_operator o ON o.oid = ao.amopopr
          WHERE oc.oid = i.indclass[0] AND o.oprname = '=')
        AND (i.indpred IS NULL OR (
          regexp_replace(pg_get_expr(i.indpred, i.indrelid), '\\(?("([^"]|"")+"|\\w+) IS NOT NULL\\)?', '', 'g') ~ '^(\\s|[()]|AND)*$'
          AND ARRAY(SELECT m[1] FROM regexp_matches(pg_get_expr(i.indpred, i.indrelid), '("(?:[^"]|"")+"|\\w+) IS NOT NULL', 'g') AS m)
            <@ ${columnsOf('k.conrelid', 'k.conkey')})))
  ), climb AS (
    SELECT oid, conparentid, conrelid, reltuples FROM naked
    UNION -- a key that refers to a partitioned table has a clone for each of its partitions, on the same table
    SELECT p.oid, p.conparentid, climb.conrelid, climb.reltuples FROM climb JOIN pg_constraint p ON p.oid = climb.conparentid
  ), counted AS (
    SELECT oid, greatest(reltuples::float8, pg_stat_get_live_tuples(conrelid)::float8) AS rows, conrelid FROM climb WHERE conparentid = 0
  ), summed AS (
    -- A table that was never analysed has -1 rows (0 before PostgreSQL 14), which says nothing unless it has no page.
    SELECT oid, sum(greatest(rows, 0))::float8 AS rows,
      bool_or(CASE WHEN rows <= 0 THEN pg_relation_size(conrelid) > 0 ELSE false END) AS unknown FROM counted GROUP BY oid
  )
  SELECT count(*) OVER ()::int AS total, t.name AS table, quote_ident(f.conname) AS constraint, s.rows, s.unknown, t.relkind = 'p' AS partitioned,
    ${columnsOf('f.conrelid', 'f.conkey')} AS columns
  FROM summed s JOIN pg_constraint f ON f.oid = s.oid JOIN tables t ON t.oid = f.conrelid
  ORDER BY s.unknown DESC, s.rows DESC, 2, 3 LIMIT ${MAX_SHOWN}`;

/** The application's usable indexes with all that makes two of them the same, and which one to keep: the lowest \`rank\`. */
const indexesCte = `indexes AS MATERIALIZED (
    SELECT i.indexrelid AS oid, i.indrelid, t.name AS table, format('%I.%I', n.nspname, c.relname) AS name, c.relkind, c.relispartition,
      c.relam, i.indisunique, i.indimmediate, i.indisexclusion, i.indnkeyatts, i.indnatts, i.indexprs IS NOT NULL AS expressions,
      i.indkey::int2[] AS key, i.indclass::oid[] AS classes, i.indcollation::oid[] AS collations, i.indoption::int2[] AS options,
      coalesce(pg_get_expr(i.indpred, i.indrelid), '') || '|' || coalesce(pg_get_expr(i.indexprs, i.indrelid), '') AS words,
      CASE WHEN i.indisunique THEN coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') END AS nulls,
      ROW (NOT i.indisprimary, NOT c.relispartition, NOT i.indisreplident, k.oid IS NULL, NOT i.indisunique, c.relname) AS rank
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN tables t ON t.oid = i.indrelid
      LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
    WHERE ${usable('i')}
  )`;

/**
 * The planner takes indexes joined with indexes for a handful of rows and goes through them pair by pair: 13 s where a hash takes 0.3 s, on 2,000 tables.
 */
const byHash = 'SET LOCAL enable_nestloop = off; ';

/** One that is attached to its parent's cannot be dropped by itself; one that enforces what the other does not is none. */
export const duplicates = `${byHash}WITH ${tablesCte}, ${indexesCte}, pairs AS (
    SELECT DISTINCT ON (d.oid) d.oid, d.table, d.name, d.relkind, k.name AS of
    FROM indexes d JOIN indexes k ON k.indrelid = d.indrelid AND k.key = d.key AND k.relam = d.relam AND k.oid <> d.oid
    WHERE k.indnkeyatts = d.indnkeyatts AND k.classes = d.classes AND k.collations = d.collations AND k.options = d.options
      AND k.words = d.words AND NOT d.indisexclusion AND NOT d.relispartition AND k.rank < d.rank
      AND (NOT d.indisunique OR (k.indisunique AND k.nulls = d.nulls AND (k.indimmediate OR NOT d.indimmediate)))
    ORDER BY d.oid, k.rank
  )
  SELECT count(*) OVER ()::int AS total, p.table, name AS index, of, ${constraintOf('p.oid')} AS constraint,
    ${referencedOf('p.oid')} AS referenced, relkind = 'I' AS partitioned
  FROM pairs p ORDER BY name LIMIT ${MAX_SHOWN}`;

/** Only a B-tree's first columns serve alone as well as a smaller one's would. */
export const prefixes = `${byHash}WITH ${tablesCte}, ${indexesCte}, pairs AS (
    SELECT DISTINCT ON (d.oid) d.table, d.name, d.relkind, k.name AS of
    FROM indexes d JOIN indexes k ON k.indrelid = d.indrelid AND k.relam = d.relam AND k.indnkeyatts > d.indnkeyatts
    WHERE d.relam = (SELECT oid FROM pg_am WHERE amname = 'btree') AND NOT d.indisunique AND NOT d.relispartition
      AND NOT d.expressions AND NOT k.expressions AND d.indnatts = d.indnkeyatts AND k.words = d.words
      AND k.key[0:d.indnkeyatts - 1] = d.key[0:d.indnkeyatts - 1] AND k.classes[0:d.indnkeyatts - 1] = d.classes[0:d.indnkeyatts - 1]
      AND k.collations[0:d.indnkeyatts - 1] = d.collations[0:d.indnkeyatts - 1] AND k.options[0:d.indnkeyatts - 1] = d.options[0:d.indnkeyatts - 1]
    ORDER BY d.oid, k.indnkeyatts, k.name
  )
  SELECT count(*) OVER ()::int AS total, p.table, name AS index, of, relkind = 'I' AS partitioned FROM pairs p ORDER BY name LIMIT ${MAX_SHOWN}`;

/** One that is NOT ENFORCED (PostgreSQL 18) cannot be validated. */
export const notValidated = `WITH ${tablesCte}
  SELECT count(*) OVER ()::int AS total, t.name AS table, quote_ident(k.conname) AS constraint
  FROM pg_constraint k JOIN tables t ON t.oid = k.conrelid
  WHERE NOT k.convalidated AND k.conparentid = 0 AND coalesce(to_jsonb(k) ->> 'conenforced', 'true') <> 'false'
  ORDER BY 2, 3 LIMIT ${MAX_SHOWN}`;
