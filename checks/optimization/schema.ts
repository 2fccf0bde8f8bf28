import type { Facts } from '../../src/facts/index.ts';
import type { Fault, Judgement, Warning } from '../../src/core/verdict.ts';

type Schema = Facts['postgres.schema'];
type Reason = 'foreign-key' | 'no-primary-key' | 'duplicate';

/** As many as a sentence bears; the findings have the rest. */
const NAMED = 3;

function fault<R extends Reason>(
  reason: R,
  { total, what }: { total: number; what: string },
  mends: readonly { where: string; sql: string }[],
): Fault<R>[] {
  if (mends.length === 0) return [];
  const named = mends.slice(0, NAMED).map(({ where }) => where);
  const more = total > named.length ? ` and ${total - named.length} more` : '';
  return [
    {
      reason,
      because: `${what}: ${named.join(', ')}${more}`,
      fix: `${mends
        .slice(0, NAMED)
        .map(({ sql }) => sql)
        .join(' ')}${more === '' ? '' : ' (the findings have the others)'}`,
      findings: mends.map(({ where, sql }) => ({ where, what: sql, fingerprint: `${reason}:${where}` })),
    },
  ];
}

/** What fails, foreign keys first, with the statement that mends each. */
export function faultsOf(schema: Schema, rows: number): Fault<Reason>[] {
  const keys = schema.unindexedKeys.shown.filter((key) => key.rows >= rows);
  const { total, shown } = schema.unindexedKeys;
  return [
    ...fault(
      'foreign-key',
      { total: total - (shown.length - keys.length), what: `no index for a foreign key on ${rows} rows or more` },
      keys.map((key) => ({
        where: `${key.table} (${key.columns.join(', ')}), about ${Math.round(key.rows)} rows`,
        // A partitioned table's index cannot be built concurrently (documentation, "CREATE INDEX").
        sql: `CREATE INDEX ${key.partitioned ? '' : 'CONCURRENTLY '}ON ${key.table} (${key.columns.join(', ')});`,
      })),
    ),
    ...fault(
      'no-primary-key',
      { total: schema.withoutPrimaryKey.total, what: 'no primary key' },
      schema.withoutPrimaryKey.shown.map((one) => ({ where: one.table, sql: primaryKeyFor(one) })),
    ),
    ...fault(
      'duplicate',
      { total: schema.duplicates.total, what: 'the same index twice' },
      schema.duplicates.shown.map((one) => ({ where: `${one.index} is ${one.of} again`, sql: dropOf(one) })),
    ),
  ];
}

function primaryKeyFor({ table, partitionKey, unique, hasId }: Schema['withoutPrimaryKey']['shown'][number]): string {
  const columns = unique?.columns.join(', ') ?? '';
  if (partitionKey !== null) {
    const key = unique ? columns : `… with the columns of ${partitionKey} among them`;
    return `ALTER TABLE ${table} ADD PRIMARY KEY (${key});`;
  }
  if (unique && unique.constraint === null) return `ALTER TABLE ${table} ADD PRIMARY KEY USING INDEX ${unique.index};`;
  if (unique && !unique.referenced) {
    return `ALTER TABLE ${table} DROP CONSTRAINT ${unique.constraint}, ADD PRIMARY KEY (${columns});`;
  }
  if (unique) return `ALTER TABLE ${table} ADD PRIMARY KEY (${columns});`;
  return `ALTER TABLE ${table} ADD COLUMN ${hasId ? 'row_id' : 'id'} bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;`;
}

function dropOf({ table, index, of, constraint, referenced, partitioned }: Schema['duplicates']['shown'][number]) {
  const first = referenced ? `-- once its foreign keys refer to the columns by ${of}:\n` : '';
  if (constraint !== null) return `${first}ALTER TABLE ${table} DROP CONSTRAINT ${constraint};`;
  return `${first}DROP INDEX ${partitioned ? '' : 'CONCURRENTLY '}${index};`;
}

/** A key on a table of which nobody knows how large it is: it may need an index, or not. */
export function unknownKey(schema: Schema, rows: number): Judgement<'size-unknown'> | null {
  const key = schema.unindexedKeys.shown.find((one) => one.unknown && one.rows < rows);
  if (!key) return null;
  const because = `${key.table} was never analysed, so nobody knows whether its foreign key ${key.constraint} needs an index: ANALYZE ${key.table}; tells`;
  return { status: 'unclear', reason: 'size-unknown', because };
}

/** What is said and changes nothing. */
export function warningsOf({ prefixes, notValidated }: Schema): Warning<'prefix' | 'not-validated'>[] {
  const more = (total: number) => (total > 1 ? ` (and ${total - 1} more)` : '');
  const [prefix] = prefixes.shown;
  const [invalid] = notValidated.shown;
  const warnings: Warning<'prefix' | 'not-validated'>[] = [];
  if (prefix) {
    const drop = `DROP INDEX ${prefix.partitioned ? '' : 'CONCURRENTLY '}${prefix.index};`;
    const text = `${prefix.of} serves what ${prefix.index} does${more(prefixes.total)}: ${drop}`;
    warnings.push({ reason: 'prefix', text });
  }
  if (invalid) {
    const validate = `ALTER TABLE ${invalid.table} VALIDATE CONSTRAINT ${invalid.constraint};`;
    const text = `${invalid.constraint} of ${invalid.table} is NOT VALID${more(notValidated.total)}: ${validate}`;
    warnings.push({ reason: 'not-validated', text });
  }
  return warnings;
}
