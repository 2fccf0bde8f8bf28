import type { Target } from '../../config/target.ts';
import type { Facts } from '../../facts/index.ts';
import { millisecondsOf } from './options.ts';
import type { Session } from './session.ts';
import { applicationOf } from './target.ts';

/** The role that the application logs in as. */
export function applicationUser(target: Target): string {
  return target.settings.postgres.appRole ?? applicationOf(target)?.address.user ?? '';
}

/** A string constant for a query; standard_conforming_strings may be off, so a backslash gets the E form. */
export function literal(text: string): string {
  const quoted = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

interface RoleSettings {
  /** Whether these are of the role that looks, not of the application's. */
  ours: boolean;
  config: string[];
}

interface Base {
  name: string;
  value: string | null;
  own: boolean;
  exists: boolean;
}

/** With what timeouts the application's sessions start. */
export async function applicationRole(
  session: Session,
  target: Target,
): Promise<Facts['postgres.server']['application']> {
  const role = applicationUser(target);
  const bases = await session.look<Base>(`SELECT name, reset_val AS value, session_user = ${literal(role)} AS own,
      EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) AS exists
    FROM pg_settings WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout')`);
  const settings = await session.look<RoleSettings>(settingsOf(role));
  const address = applicationOf(target)?.address;
  const ofUrl = address?.user === role ? address : null;
  const start = (name: string) =>
    timeoutOf(
      name,
      bases.find((base) => base.name === name),
      settings,
    );
  return {
    role,
    exists: bases[0]?.exists ?? false,
    statementTimeoutMs: ofUrl?.statementTimeoutMs ?? start('statement_timeout'),
    idleInTransactionMs: ofUrl?.idleInTransactionMs ?? start('idle_in_transaction_session_timeout'),
  };
}

/** ALTER ROLE and ALTER DATABASE in the order in which they win: role and database, role, database, everybody. */
const settingsOf = (
  role: string,
) => `SELECT coalesce(r.rolname = session_user, false) AND r.rolname <> ${literal(role)} AS ours,
    s.setconfig AS config
  FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole
  WHERE (s.setrole = 0 OR r.rolname IN (${literal(role)}, session_user))
    AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  ORDER BY s.setrole = 0, s.setdatabase = 0`;

/**
 * A setting as the role's sessions start with it. Ours tells it by itself when the role is the same; else ALTER ROLE and ALTER
 * DATABASE do, and without those the server's own, unless our role's hides that.
 */
function timeoutOf(name: string, base: Base | undefined, settings: readonly RoleSettings[]): number | null {
  const value = millisecondsOf(base?.value ?? undefined);
  if (base?.own) return value;
  const sets = settings.flatMap(({ ours, config }) => {
    const set = config.find((one) => one.startsWith(`${name}=`));
    return set ? [{ ours, value: millisecondsOf(set.slice(name.length + 1)) }] : [];
  });
  const own = sets.find(({ ours }) => !ours);
  if (own) return own.value;
  return sets.length > 0 ? null : value;
}
