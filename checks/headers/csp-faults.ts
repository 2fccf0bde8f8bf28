import type { Fault, Warning } from '../../src/core/verdict.ts';
import { baseIn, type CspAnswer, type Doubt, type Flaw, holesIn, newerDirectives } from './csp-table.ts';
import { findingsOf, named } from './documents.ts';

type FaultReason = Flaw | 'missing' | 'report-only' | 'nonce-repeats';
type WarningReason = Doubt | 'no-base-uri' | 'unknown-directive' | 'repeated-directive' | 'no-integrity';

interface Said<R> {
  reason: R;
  /** What makes it so: the directive and its value. */
  what: string;
}

/** From worst to mildest, with the remedy. */
const remedies: Readonly<Record<FaultReason, string>> = {
  missing:
    "send a policy with every HTML answer: kit.csp in svelte.config.js (mode: 'auto', directives 'script-src': ['self'], 'object-src': ['none'], 'base-uri': ['self']), and the web server for the pages it serves by itself",
  'report-only': 'send the policy as Content-Security-Policy too, not as Content-Security-Policy-Report-Only alone',
  'unsafe-inline': "take 'unsafe-inline' out of script-src and give inline scripts a nonce or a hash (kit.csp does)",
  wildcard: 'name the hosts of scripts in script-src in place of *',
  'scheme-source': 'name the hosts of scripts in script-src in place of http: or https:',
  'data-source': 'take data: out of script-src',
  'no-script-src': "add script-src 'self' (or default-src) to the policy",
  'nonce-repeats':
    "make a new nonce for each answer, and keep pages with nonces out of caches (Cache-Control: no-store); prerendered pages need hashes (kit.csp.mode: 'auto')",
  'no-object-src': "add object-src 'none' to the policy",
  'no-base-uri': "add base-uri 'none' or 'self' to the policy",
  syntax: "put keywords, nonces and hashes in single quotes ('self', 'none'), and a semicolon after each directive",
};

function flawsOf(answer: CspAnswer): Said<FaultReason>[] {
  const { policies, reportOnly, tooLong, nonceRepeats } = answer;
  if (policies.length === 0) {
    if (tooLong) return [];
    return [reportOnly > 0 ? { reason: 'report-only', what: 'report-only' } : { reason: 'missing', what: 'no policy' }];
  }
  const open = holesIn(policies).flatMap(({ reason, what }) => (isDoubt(reason) ? [] : [{ reason, what }]));
  const base = baseIn(policies) === 'open with nonces' ? [{ reason: 'no-base-uri' as const, what: 'base-uri' }] : [];
  const stale = nonceRepeats ? [{ reason: 'nonce-repeats' as const, what: 'the same nonce twice' }] : [];
  return [...open, ...base, ...stale];
}

const isDoubt = (reason: Flaw | Doubt): reason is Doubt => reason === 'unsafe-eval' || reason === 'known-bypass';

function doubtsOf({ policies, foreignScripts }: CspAnswer): Said<WarningReason>[] {
  const open = holesIn(policies).flatMap(({ reason, what }) => (isDoubt(reason) ? [{ reason, what }] : []));
  const unknown = policies
    .flatMap(({ findings }) => findings)
    .filter(({ type, directive }) => type === 'UNKNOWN_DIRECTIVE' && !newerDirectives.includes(directive));
  const base =
    policies.length > 0 && baseIn(policies) === 'open' ? [{ reason: 'no-base-uri' as const, what: 'no base-uri' }] : [];
  return [
    ...open,
    ...unknown.map(({ directive }) => ({ reason: 'unknown-directive' as const, what: directive })),
    ...base,
    ...policies
      .flatMap(({ repeated }) => repeated)
      .map((what) => ({ reason: 'repeated-directive' as const, what: `${what} twice` })),
    ...foreignScripts.map((what) => ({ reason: 'no-integrity' as const, what })),
  ];
}

/** What stands against the pages, the worst first, one fault a reason. */
export function faultsOf(answers: readonly CspAnswer[], site: string): Fault<FaultReason>[] {
  const said = answers.flatMap((answer) => flawsOf(answer).map((flaw) => ({ ...flaw, answer })));
  return (Object.keys(remedies) as FaultReason[]).flatMap((reason) => {
    const these = said.filter((one) => one.reason === reason);
    const [first] = these;
    if (!first) return [];
    const where = [...new Set(these.map(({ answer }) => answer))];
    const because = `${first.what.slice(0, 120)} on ${named(where, site)}`;
    const findings = these.flatMap(({ answer, what }) => findingsOf([answer], what));
    return [{ reason, because, fix: remedies[reason], findings: findings.slice(0, 50) }];
  });
}

const words: Readonly<Record<WarningReason, string>> = {
  'known-bypass': 'a host is allowed that serves scripts known to get around the policy',
  'unsafe-eval': "'unsafe-eval' lets text run as code",
  'no-base-uri': 'without base-uri an injected base element can bend relative addresses',
  'unknown-directive': 'browsers do not know this directive',
  'repeated-directive': 'only the first of a repeated directive counts',
  'no-integrity': 'a script of another origin comes without an integrity attribute',
};

export function warningsOf(answers: readonly CspAnswer[], site: string): Warning<WarningReason>[] {
  const said = answers.flatMap((answer) => doubtsOf(answer).map((doubt) => ({ ...doubt, answer })));
  return (Object.keys(words) as WarningReason[]).flatMap((reason) => {
    const these = said.filter((one) => one.reason === reason);
    const [first] = these;
    if (!first) return [];
    const where = named([...new Set(these.map(({ answer }) => answer))], site);
    return [{ reason, text: `${words[reason]}: ${first.what.slice(0, 120)} on ${where}` }];
  });
}
