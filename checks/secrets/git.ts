import { defineCheck } from '../../src/core/define.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { described, findingOf, lackOf, warningsOf } from './committed.ts';
import { counted, isAllowed, named } from './naming.ts';

type Committed = Facts['secrets.history']['findings'][number];

const reasons = {
  clean: 'no secret anywhere in the history',
  'value-committed': 'a secret value of the env is in the history',
  'format-committed': 'a credential of a known format is in the history',
  'env-file-committed': 'an env file with secrets is in the history',
  'no-values': 'the history was searched for known formats only, for no value of an env is known',
  'nothing-committed': 'the repository holds nothing yet',
  allowed: 'a secret in the history is allowed by svcheck.yaml',
  unreachable: 'a secret is in an object that no branch, tag or stash leads to',
  'unused-allow': 'an entry under allow fits nothing',
  'not-opened': 'packed files could not be looked into',
  'no-tags': 'the clone was made without tags',
} as const;
type Reason = keyof typeof reasons;

export const git = defineCheck({
  id: 'secrets.git',
  item: 'Secrets never committed to git',
  rule: {
    pass: 'no secret value of the env under audit (plain, base64, hex, URL- or JSON-escaped), and no known secret format, anywhere in the history of any branch or tag or in the stash',
    fail: 'commit, file, line and kind (value masked); says to rotate; an allow-list entry (fingerprint, why, owner, until) silences one finding, never a file; a shallow, partial or single-branch clone is `error: fetch the whole history`',
    warn: 'found in an unreachable object only',
  },
  why: 'What was committed once is in every clone, fork and backup of the repository, and stays there after the file is gone: only a new secret ends its use.',
  remedy:
    'Rotate the secret first, then keep it in the env or a vault. To clean the history: git filter-repo --replace-text, and have every clone made anew. A pre-commit hook that searches for secrets keeps the next one out.',
  docs: [
    'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
    'https://git-scm.com/docs/git-clone#Documentation/git-clone.txt---depthltdepthgt',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'every object of the repository: values of the env in all encodings, known formats, env files',
      settings: ['repository'],
      needs: ['secrets.history'],
      judge({ 'secrets.history': history }, { asOf }) {
        const { findings, more, objects, values, formats } = history;
        const forbidden = findings.filter((finding) => !isAllowed(finding, asOf));
        const warnings = warningsOf(history, asOf);
        const seen = { objects, values, formats, findings: findings.length + more };
        const lack = lackOf(history);
        if (forbidden.length > 0) return { ...failed(forbidden, more, lack?.because), seen, warnings };
        if (lack) return { status: 'error', reason: 'malformed', ...lack, seen };
        if (objects === 0)
          return {
            status: 'unclear',
            reason: 'nothing-committed',
            because: 'the repository holds no object yet',
            seen,
          };
        const searched = `${counted(objects, 'object')} searched for ${counted(formats, 'known format')}`;
        if (values === 0) {
          const because = `${searched}: none found, but no value of an env is known to search for (env.files)`;
          return { status: 'unclear', reason: 'no-values', because, seen, warnings };
        }
        const because = `${searched} and the values of ${counted(values, 'key')}: no secret`;
        return { status: 'pass', reason: 'clean', because, seen, warnings };
      },
    }),
    make.attest('Was the whole history of the repository searched for secrets, and nothing found?', 90),
  ],
});

const reasonFor = ({ kind }: Committed): Reason =>
  kind === 'env-value' ? 'value-committed' : kind === 'env-file' ? 'env-file-committed' : 'format-committed';

const order: readonly Reason[] = ['value-committed', 'format-committed', 'env-file-committed'];

function failed(
  findings: readonly Committed[],
  more: number,
  lack: string | undefined,
): Extract<Judgement<Reason>, { status: 'fail' }> {
  const [first, ...rest] = order.filter((reason) => findings.some((finding) => reasonFor(finding) === reason));
  const places = named(findings.map(described), findings.length + more);
  const keys = [...new Set(findings.flatMap(({ key }) => key ?? []))];
  const what = keys.length > 0 ? ` (${named(keys)})` : '';
  return {
    status: 'fail',
    reasons: [first ?? 'format-committed', ...rest],
    because: `${counted(findings.length + more, 'secret')} in the history: ${places}${lack ? `; ${lack}` : ''}`,
    fix: `rotate each one at its provider${what}: every clone has it; then git filter-repo --replace-text, or an entry under allow with the fingerprint once it is worthless`,
    findings: findings.map(findingOf),
  };
}
