import { defineCheck } from '../../src/core/define.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Dsn = Facts['sentry.dsn'];
type Ingest = Facts['sentry.ingest'];
type Reason = keyof typeof reasons;

const reasons = {
  'ingest-answers': 'the DSN is well-formed and its ingest host answers',
  'event-accepted': 'a test event was accepted',
  'not-asked': 'the DSN is well-formed, and nobody was contacted',
  unset: 'SENTRY_DSN is not set',
  malformed: 'the DSN is not one that Sentry gives out',
  refused: 'the ingest host refuses the connection',
  'no-such-host': 'the name of the ingest host does not exist',
  'event-refused': 'the test event was refused',
  'not-sentry': 'what answers does not acknowledge an event as Sentry does',
  'rate-limited': 'the project is over its limit just now: whether it takes events is not known',
  'plain-http': 'events go over plain HTTP',
  'secret-part': 'the DSN has the secret part that Sentry calls deprecated',
} as const;

const copy = 'copy the DSN from Sentry: Settings, Projects, Client Keys (DSN), and set SENTRY_DSN';

function warningsOf(dsn: Dsn) {
  if (dsn.state !== 'well-formed') return [];
  const plain = dsn.scheme === 'http' && !dsn.loopback;
  return [
    ...(plain
      ? [
          {
            reason: 'plain-http' as const,
            text: `events for ${dsn.host} go over plain HTTP: what they hold can be read on the way`,
          },
        ]
      : []),
    ...(dsn.secretPart
      ? [
          {
            reason: 'secret-part' as const,
            text: 'the DSN has a secret part, which Sentry calls deprecated: take the DSN with the public key alone',
          },
        ]
      : []),
  ];
}

/** What is wrong with the DSN itself, or with the way to its host; null where nothing is. */
function faultOf(dsn: Dsn, ingest: Ingest | null): Judgement<Reason> | null {
  const fail = (reason: Reason, because: string, fix: string) => ({
    status: 'fail' as const,
    reasons: [reason] as const,
    because,
    fix,
  });
  if (dsn.state === 'unset') return fail('unset', 'SENTRY_DSN is not set', copy);
  if (dsn.state === 'malformed') return fail('malformed', `${dsn.from} is no DSN: ${dsn.problem}`, copy);
  if (ingest?.outcome === 'refused')
    return fail(
      'refused',
      `${dsn.host}:${dsn.port} does not take the connection: ${ingest.detail}`,
      `start the Sentry server or Relay at ${dsn.host}, or ${copy}`,
    );
  if (ingest?.outcome === 'nxdomain') return fail('no-such-host', `the name ${dsn.host} does not exist`, copy);
  return null;
}

/** What came of the test event (Sentry developer documentation, "Overview": HTTP status codes of the ingest). */
function eventJudgement({ status, acknowledged, detail, host, project }: Facts['sentry.event']): Judgement<Reason> {
  const seen = { host, project, status };
  const said = `${host} answered ${status}${detail ? ` (${detail})` : ''} to a test event for project ${project}`;
  if (acknowledged) return { status: 'pass', reason: 'event-accepted', because: `${said}, with its id`, seen };
  if (status === 429)
    return {
      status: 'unclear',
      reason: 'rate-limited',
      because: `${said}: the project is over its limit just now`,
      seen,
    };
  if (status >= 500)
    return {
      status: 'error',
      reason: 'refused',
      because: said,
      fix: 'see whether the Sentry server and its Relay are well, then run again',
      seen,
    };
  if (status >= 400) return { status: 'fail', reasons: ['event-refused'], because: said, fix: copy, seen };
  return {
    status: 'fail',
    reasons: ['not-sentry'],
    because: `${said}, without its id: no Sentry ingest is there`,
    fix: copy,
    seen,
  };
}

export const errorTracking = defineCheck({
  id: 'application.error-tracking',
  item: 'Error tracking configured (Sentry)',
  rule: {
    pass: 'SENTRY_DSN is well-formed and its ingest host answers; with --active a test event is accepted',
    fail: 'unset, malformed, refused',
  },
  why: 'An error that nobody is told of is found by a customer. A DSN with a slip in it takes no event and says nothing.',
  remedy:
    'Take the DSN from Sentry (Settings, Projects, Client Keys) and set SENTRY_DSN; initialise @sentry/sveltekit in src/hooks.server.ts and src/hooks.client.ts.',
  docs: [
    'https://docs.sentry.io/concepts/key-terms/dsn-explainer/',
    'https://develop.sentry.dev/sdk/foundations/transport/envelopes/',
    'https://develop.sentry.dev/sdk/foundations/transport/authentication/',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'the form of SENTRY_DSN, and a GET of its ingest address',
      settings: ['sentry.dsn'],
      needs: ['sentry.dsn'],
      wants: ['sentry.ingest'],
      judge({ 'sentry.dsn': dsn, 'sentry.ingest': asked }) {
        const ingest = asked.state === 'known' ? asked.value : null;
        const fault = faultOf(dsn, ingest);
        if (fault) return fault;
        if (asked.state === 'unreachable')
          return { status: 'error', reason: asked.cause, because: asked.because, fix: asked.fix };
        if (dsn.state !== 'well-formed' || ingest?.outcome !== 'answered') {
          const why = asked.state === 'absent' ? asked.because : 'its ingest host was not asked';
          return { status: 'unclear', reason: 'not-asked', because: `the DSN is well-formed; ${why}` };
        }
        const { host, project } = dsn;
        const because = `the DSN is well-formed, and ${host} answers (${ingest.status})`;
        return {
          status: 'pass',
          reason: 'ingest-answers',
          because,
          seen: { host, project, status: ingest.status },
          warnings: warningsOf(dsn),
        };
      },
    }),
    make.active({
      how: 'a test event, sent as an envelope',
      settings: ['sentry.dsn'],
      needs: ['sentry.dsn', 'sentry.event'],
      judge: ({ 'sentry.dsn': dsn, 'sentry.event': event }) => {
        const judgement = eventJudgement(event);
        return judgement.status === 'pass' ? { ...judgement, warnings: warningsOf(dsn) } : judgement;
      },
    }),
    make.attest('Does an error of the production application arrive at the error tracker?', 90),
  ],
});
