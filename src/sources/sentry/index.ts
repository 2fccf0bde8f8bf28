import { randomBytes } from 'node:crypto';
import type { Facts } from '../../facts/index.ts';
import type { sentryFacts } from '../../facts/sentry.ts';
import { noEnv } from '../env/trouble.ts';
import { resolveHost } from '../dns/resolve.ts';
import { absent, type Found, type Gatherers, type Gathering, known, LookFailed, passOn } from '../gathering.ts';
import { type Answer, request } from '../http/request.ts';
import { type Dsn, dsnOf, isLoopback, parseDsn } from './dsn.ts';
import { acknowledgedId, authHeader, refusalOf, testEnvelope } from './envelope.ts';

async function gatherDsn({ target }: Gathering): Promise<Found<Facts['sentry.dsn']>> {
  const set = dsnOf(target);
  if (!set) {
    // Where nothing was read, nothing can be said to be unset.
    const nothing = noEnv(target.env);
    if (nothing) return nothing;
    return known({ state: 'unset' }, 'the env under audit');
  }
  const parsed = parseDsn(set.text);
  if (!parsed.ok) return known({ state: 'malformed', from: set.from, problem: parsed.problem }, set.from);
  const { scheme, host, port, project, secretKey } = parsed.dsn;
  const rest = { scheme, host, port, project, secretPart: secretKey !== null, loopback: isLoopback(host) };
  return known({ state: 'well-formed', from: set.from, ...rest }, set.from);
}

/** The DSN, where there is a well-formed one; else the reason why nobody can be asked. */
async function usable(gathering: Gathering): Promise<Dsn | Found<never>> {
  const fact = await gathering.fact('sentry.dsn');
  if (fact.state !== 'known') return passOn(fact);
  const set = dsnOf(gathering.target);
  const parsed = set ? parseDsn(set.text) : null;
  return parsed?.ok ? parsed.dsn : absent('there is no well-formed SENTRY_DSN to ask', 'SENTRY_DSN');
}

async function gatherIngest(gathering: Gathering): Promise<Found<Facts['sentry.ingest']>> {
  const dsn = await usable(gathering);
  if ('state' in dsn) return dsn;
  const where = `GET ${dsn.envelopes}`;
  try {
    // No key is sent: an ingest address answers any GET, and submits nothing.
    const answer = await ask(gathering, dsn, { method: 'GET' });
    if (answer.status >= 500) throw unwell(answer.status, dsn, where);
    return known({ outcome: 'answered', host: dsn.host, status: answer.status }, where);
  } catch (error) {
    return told(gathering, dsn, error, where);
  }
}

/** A refused connection and a name that does not exist are answers; anything else is not. */
async function told(
  gathering: Gathering,
  { host }: Dsn,
  error: unknown,
  where: string,
): Promise<Found<Facts['sentry.ingest']>> {
  if (!(error instanceof LookFailed) || error.outcome.transient) throw error;
  const { cause, because } = error.outcome;
  if (cause === 'refused') return known({ outcome: 'refused', host, detail: because.slice(0, 200) }, where);
  const resolved = cause === 'dns' ? await resolveHost(gathering, host) : null;
  const gone = resolved?.outcome === 'nxdomain' || resolved?.outcome === 'nodata';
  if (gone) return known({ outcome: 'nxdomain', host, detail: resolved.because.slice(0, 200) }, `DNS of ${host}`);
  throw error;
}

function unwell(status: number, { host }: Dsn, where: string): LookFailed {
  return new LookFailed({
    cause: 'refused',
    because: `${host} answered ${status}`,
    fix: 'see whether the Sentry server and its Relay are well, then run again',
    where,
    transient: true,
  });
}

async function gatherEvent(gathering: Gathering): Promise<Found<Facts['sentry.event']>> {
  const dsn = await usable(gathering);
  if ('state' in dsn) return dsn;
  const id = randomBytes(16).toString('hex');
  const answer = await ask(gathering, dsn, {
    method: 'POST',
    headers: { 'content-type': 'application/x-sentry-envelope' },
    secretHeaders: { 'x-sentry-auth': authHeader(dsn, gathering.version) },
    body: testEnvelope(id, gathering),
  }).catch(onceOnly);
  const body = answer.body.toString('utf8');
  const acknowledged = answer.status === 200 && acknowledgedId(body) === id;
  const detail = answer.status === 200 ? '' : refusalOf(body, answer.headers);
  const value = { host: dsn.host, project: dsn.project, status: answer.status, acknowledged, detail };
  return known(value, `POST ${dsn.envelopes}`);
}

/** An event may have arrived although its answer did not: a second one is not sent. */
function onceOnly(error: unknown): never {
  throw error instanceof LookFailed ? new LookFailed({ ...error.outcome, transient: false }) : error;
}

type Asked = Pick<Parameters<typeof request>[2] & object, 'method' | 'headers' | 'secretHeaders' | 'body'>;

const ask = (gathering: Gathering, dsn: Dsn, asked: Asked): Promise<Answer> =>
  request(gathering, dsn.envelopes, { ...asked, maxBytes: 64 * 1024, ca: gathering.target.settings.sentry.ca });

export const sentryGatherers: Gatherers<typeof sentryFacts> = {
  'sentry.dsn': { contacts: false, gather: gatherDsn },
  'sentry.ingest': { contacts: true, gather: gatherIngest },
  'sentry.event': { stage: 'active', contacts: true, gather: gatherEvent },
};
