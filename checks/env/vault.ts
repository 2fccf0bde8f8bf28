import { defineCheck } from '../../src/core/define.ts';
import type { Finding, Judgement } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import { counted, named } from './naming.ts';

type TrackedSecrets = Facts['git.tracked-secrets'];
type Leak = TrackedSecrets['leaks'][number];

const reasons = {
  vault: 'no tracked file holds a secret, and a vault is in evidence',
  'tracked-secret': 'a tracked file holds a secret',
  'tracked-env-file': 'a tracked env file holds secrets',
  'no-vault': 'no tracked file holds a secret, but nothing shows where they are kept',
  'not-all-searched': 'some tracked files could not be searched',
  'nothing-tracked': 'the repository tracks no file',
  allowed: 'a secret in a tracked file is allowed by svcheck.yaml',
} as const;
type Reason = keyof typeof reasons;

export const vault = defineCheck({
  id: 'env.vault',
  item: 'Secrets stored in secure vault (not in code)',
  rule: {
    pass: 'no tracked file holds a secret, and a vault is in evidence (External Secrets / Sealed Secrets manifests, SOPS or dotenvx encrypted files, op:// vault: sm:// references, configured secret store)',
    fail: 'a tracked env file or source file holds a secret; no vault in evidence is unclear',
  },
  why: 'Who can read the repository, one of its clones or a build log of it can use every secret in it; a vault says who reads which, and lets them be replaced.',
  remedy:
    "git rm --cached the file, rotate what was in it, and keep secrets in External Secrets, Sealed Secrets, SOPS, dotenvx or your provider's secret manager.",
  docs: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
    'https://external-secrets.io/latest/',
    'https://getsops.io/docs/',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'the tracked files of the repository: secrets in them, and traces of a vault',
      settings: ['repository'],
      needs: ['git.tracked-secrets'],
      wants: ['env.references'],
      judge({ 'git.tracked-secrets': tracked, 'env.references': references }, { asOf }) {
        const { files, values, leaks, unsearched } = tracked;
        const forbidden = leaks.filter((leak) => !isAllowed(leak, asOf));
        const seen = { files, values, leaks: leaks.length + tracked.more };
        const warnings = leaks
          .filter((leak) => !forbidden.includes(leak))
          .map((leak) => ({
            reason: 'allowed' as const,
            text: `${placeOf(leak)}: allowed until ${leak.allowedUntil}`,
          }));
        if (forbidden.length > 0) return { ...failed(forbidden, tracked.more), seen, warnings };
        if (files === 0 && unsearched === 0)
          return { status: 'unclear', reason: 'nothing-tracked', because: 'the repository tracks no file', seen };
        if (unsearched > 0 || tracked.more > 0)
          return { status: 'unclear', reason: 'not-all-searched', because: leftOut(tracked), seen, warnings };
        const by = values > 0 ? `${counted(values, 'value')} of the env and` : 'no values of the env known,';
        const clean = `${counted(files, 'tracked file')} searched (${by} known formats): no secret`;
        const evidence = evidenceOf(tracked, references);
        if (evidence === null) {
          const because = `${clean}, but nothing shows a vault that keeps them`;
          return { status: 'unclear', reason: 'no-vault', because, seen, warnings };
        }
        return { status: 'pass', reason: 'vault', because: `${clean}; ${evidence}`, seen, warnings };
      },
    }),
    make.attest('Are the secrets of production kept in a vault, and nowhere in the code?', 90),
  ],
});

/** An entry under `allow` holds until the end of its day, in UTC. */
const isAllowed = ({ allowedUntil }: Leak, asOf: Date): boolean =>
  allowedUntil !== null && new Date(`${allowedUntil}T23:59:59.999Z`) >= asOf;

function leftOut({ unsearched, unsearchedFiles, more }: TrackedSecrets): string {
  if (unsearched === 0) return `${counted(more, 'more secret')} beyond those that are listed`;
  return `${counted(unsearched, 'tracked file')} not searched (too large, or not in this clone): ${named(unsearchedFiles)}`;
}

const placeOf = ({ file, line }: Leak): string => (line > 0 ? `${file}:${line}` : file);

function failed(leaks: readonly Leak[], more: number): Extract<Judgement<Reason>, { status: 'fail' }> {
  const inEnvFile = leaks.filter(({ kind }) => kind === 'env-file');
  const others = leaks.filter(({ kind }) => kind !== 'env-file');
  const groups: Reason[] = [
    ...(others.length > 0 ? (['tracked-secret'] as const) : []),
    ...(inEnvFile.length > 0 ? (['tracked-env-file'] as const) : []),
  ];
  const [first, ...rest] = groups;
  const findings = leaks.map(
    (leak): Finding => ({
      where: placeOf(leak),
      what: leak.kind === 'env-value' ? `the value of ${leak.key}` : (leak.key ?? leak.kind),
      ...(leak.fingerprint === null ? {} : { fingerprint: leak.fingerprint }),
    }),
  );
  const places = findings.map(({ where, what }) => `${where} (${what})`);
  const envFiles = [
    ...new Set(leaks.map(({ file }) => file).filter((file) => /(?:^|\/)\.env(?:\.[\w.-]+)?$/.test(file))),
  ];
  const untrack = envFiles.length > 0 ? `; git rm --cached ${envFiles.join(' ')}, and add it to .gitignore` : '';
  return {
    status: 'fail',
    reasons: [first ?? 'tracked-secret', ...rest],
    because: `${counted(leaks.length + more, 'secret')} in tracked files: ${named(places)}`,
    fix: `replace each secret at its provider, take it out of the file and keep it in a vault${untrack}`,
    findings,
  };
}

function evidenceOf({ vault: traces }: TrackedSecrets, references: Known<Facts['env.references']>): string | null {
  const [trace] = traces;
  if (trace) return `${trace.kind} in ${trace.file}`;
  const [held] = references.state === 'known' ? references.value.keys : [];
  return held ? `${held.key} is ${held.held === 'encrypted' ? 'encrypted' : 'a reference into a vault'}` : null;
}
