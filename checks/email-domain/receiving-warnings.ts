import type { Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';

type Receiving = Facts['email.receiving'];

export type ReceivingDoubt =
  | 'no-mx'
  | 'null-mx'
  | 'no-mta-sts'
  | 'mta-sts-broken'
  | 'mta-sts-not-enforced'
  | 'no-tls-rpt'
  | 'tls-rpt-broken'
  | 'not-signed'
  | 'receiving-unseen';

const warn = (applies: boolean, reason: ReceivingDoubt, text: string): Warning<ReceivingDoubt>[] =>
  applies ? [{ reason, text }] : [];

/** How bounces and replies come back, and whether the records of the domain can be forged on their way. */
export function receivingWarnings(known: Known<Receiving>): Warning<ReceivingDoubt>[] {
  if (known.state === 'absent') return [];
  if (known.state === 'unreachable') {
    return [
      { reason: 'receiving-unseen', text: `how the domain receives mail could not be looked at: ${known.because}` },
    ];
  }
  const { value } = known;
  const { domain, unseen, signed } = value;
  return [
    ...mxWarnings(value),
    ...stsWarnings(value),
    ...rptWarnings(value),
    ...warn(
      signed === false,
      'not-signed',
      `the zone of ${domain} is not signed (DNSSEC): its records can be forged on their way`,
    ),
    ...warn(unseen.length > 0, 'receiving-unseen', `could not be looked at: ${unseen.join(', ')}`),
  ];
}

function mxWarnings({ domain, mx, nullMx, addresses }: Receiving): Warning<ReceivingDoubt>[] {
  const [address] = addresses;
  const fallback = address === undefined ? 'cannot be delivered' : `is tried at ${address}`;
  return [
    ...warn(
      mx.length === 0,
      'no-mx',
      `${domain} has no MX record, so mail to it ${fallback}: name a server, or publish a null MX (0 .) if it shall receive nothing`,
    ),
    ...warn(nullMx, 'null-mx', `${domain} has a null MX: receivers may refuse mail from it (RFC 7505 section 4.2)`),
  ];
}

function stsWarnings({ domain, mtaSts }: Receiving): Warning<ReceivingDoubt>[] {
  if (!mtaSts) return [];
  const { count, policy } = mtaSts;
  const uncovered = policy?.uncovered.length ? `its mx: lines do not cover ${policy.uncovered.join(', ')}` : null;
  const broken = mtaSts.problem ?? policy?.problem ?? uncovered;
  const mode = policy?.mode ?? null;
  return [
    ...warn(
      count === 0,
      'no-mta-sts',
      `${domain} has no MTA-STS policy: mail to it can be read by who forces plain text on the way`,
    ),
    ...warn(broken !== null, 'mta-sts-broken', `the MTA-STS policy of ${domain} does not hold: ${broken ?? ''}`),
    ...warn(
      broken === null && mode !== null && mode !== 'enforce',
      'mta-sts-not-enforced',
      `the MTA-STS policy of ${domain} has mode: ${mode ?? ''}`,
    ),
    ...warn(
      policy !== null && policy.unseen !== null,
      'receiving-unseen',
      `the MTA-STS policy of ${domain} could not be looked at: ${policy?.unseen ?? ''}`,
    ),
  ];
}

function rptWarnings({ domain, tlsRpt }: Receiving): Warning<ReceivingDoubt>[] {
  if (!tlsRpt) return [];
  return [
    ...warn(
      tlsRpt.count === 0,
      'no-tls-rpt',
      `${domain} has no TLS-RPT record: nobody tells of mail that could not be delivered by TLS`,
    ),
    ...warn(tlsRpt.problem !== null, 'tls-rpt-broken', `_smtp._tls.${domain}: ${tlsRpt.problem ?? ''}`),
  ];
}
