import type { Warning } from '../../src/core/verdict.ts';
import { ignoredText } from './dmarc-faults.ts';
import type { Applied, Dmarc } from './dmarc-record.ts';

export type Doubt =
  | 'domain-assumed'
  | 'stray-at-apex'
  | 'ignored-record'
  | 'removed-tag'
  | 'tag-invalid'
  | 'no-reports'
  | 'report-unauthorised'
  | 'report-unseen'
  | 'walk-incomplete'
  | 'suffix-list-differs'
  | 'strict-return-path'
  | 'return-path-unaligned';

/** What a receiver or the next reader may stumble over. */
export function warningsOf(dmarc: Dmarc): Warning<Doubt>[] {
  const { applied, domain, assumed } = dmarc;
  const guess = warn(
    assumed,
    'domain-assumed',
    `nobody names the sending domain, ${domain} is the site's: set email.domain`,
  );
  if (!applied) return guess;
  return [
    ...guess,
    ...placeWarnings(dmarc),
    ...tagWarnings(applied),
    ...reportWarnings(dmarc, applied),
    ...alignmentWarnings(dmarc, applied),
  ];
}

const warn = (applies: boolean, reason: Doubt, text: string): Warning<Doubt>[] => (applies ? [{ reason, text }] : []);

function placeWarnings({ domain, walk, apex }: Dmarc): Warning<Doubt>[] {
  const [stray] = apex ?? [];
  const ignored = walk.find((step) => step.domain === domain)?.ignored ?? [];
  return [
    ...warn(
      stray !== undefined,
      'stray-at-apex',
      `a DMARC record at ${domain} itself, where no receiver looks: "${(stray ?? '').slice(0, 100)}"`,
    ),
    ...warn(
      ignored.length > 0,
      'ignored-record',
      `_dmarc.${domain}: receivers ignore ${ignored.map(ignoredText).join(', ')}`,
    ),
  ];
}

function tagWarnings({ domain, record: { removed, rua, ruf, invalid, problems } }: Applied): Warning<Doubt>[] {
  const sizes = [...rua, ...ruf].flatMap(({ size }) => (size === null ? [] : [size]));
  const gone = [...removed, ...sizes].join(', ');
  const odd = [
    ...invalid.filter((name) => !['p', 'sp', 'np'].includes(name)).map((name) => `${name}=`),
    ...problems,
  ].join(', ');
  return [
    ...warn(gone !== '', 'removed-tag', `_dmarc.${domain}: RFC 9989 removed ${gone}`),
    ...warn(odd !== '', 'tag-invalid', `_dmarc.${domain}: receivers ignore what breaks the grammar: ${odd}`),
  ];
}

function reportWarnings({ reports }: Dmarc, { domain, record: { rua } }: Applied): Warning<Doubt>[] {
  const refused = reports
    .filter(({ authorized }) => authorized === false)
    .map(({ tag, uri, because }) => `${tag}=${uri} (${because})`);
  const unseen = reports
    .filter(({ authorized }) => authorized === null)
    .map(({ tag, uri, because }) => `${tag}=${uri} (${because})`);
  const none = !rua.some(({ host }) => host !== null);
  return [
    ...warn(none, 'no-reports', `_dmarc.${domain} names no address for reports (rua), so nobody sees what fails`),
    ...warn(refused.length > 0, 'report-unauthorised', `no report goes to ${refused.join(', ')}`),
    ...warn(unseen.length > 0, 'report-unseen', `whether reports go to ${unseen.join(', ')} could not be looked at`),
  ];
}

function alignmentWarnings(
  { domain, organizational, unseen, suffixList, returnPath }: Dmarc,
  applied: Applied,
): Warning<Doubt>[] {
  const differs =
    unseen === null &&
    suffixList !== null &&
    (suffixList.organizational !== organizational || suffixList.domain !== applied.domain);
  const found = suffixList?.domain;
  const old = `the organizational domain ${suffixList?.organizational ?? ''} and ${found ? `the record of ${found}` : 'no record'}`;
  const strict = applied.record.aspf === 's';
  const foreign = returnPath !== null && returnPath.domain !== domain;
  const apart =
    foreign &&
    !strict &&
    unseen === null &&
    returnPath.organizational !== null &&
    returnPath.organizational !== organizational;
  const path = returnPath?.domain ?? '';
  return [
    ...warn(unseen !== null, 'walk-incomplete', `the organizational domain of ${domain} is not known: ${unseen ?? ''}`),
    ...warn(
      differs,
      'suffix-list-differs',
      `receivers of RFC 7489 take ${old}; RFC 9989 has ${organizational} and ${applied.domain}`,
    ),
    ...warn(
      foreign && strict,
      'strict-return-path',
      `aspf=s, but the return path is ${path}, not ${domain}: SPF never aligns, DMARC rests on DKIM alone`,
    ),
    ...warn(
      apart,
      'return-path-unaligned',
      `the return path ${path} belongs to ${returnPath?.organizational ?? ''}, not to ${organizational}: SPF never aligns, DMARC rests on DKIM alone`,
    ),
  ];
}
