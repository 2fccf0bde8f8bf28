import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Fault } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { counted, named } from './naming.ts';

type Sharing = Facts['secrets.shared']['shared'][number];

const reasons = {
  distinct: 'no secret value is shared with another target',
  'shared-value': 'a secret has the same value in another target',
  'shared-password': 'an address has the same password in another target',
  'shared-reference': 'a secret is fetched from the same place of the vault as in another target',
  'no-secrets': 'the env under audit has no secret to compare',
  'nothing-compared': 'the env files of the other targets are empty',
  'not-comparable': 'some secrets are encrypted or in a vault, so that their values are not known here',
} as const;
type Reason = keyof typeof reasons;

export const distinct = defineCheck({
  id: 'secrets.distinct',
  item: 'Production secrets different from development',
  rule: {
    pass: 'no secret value is shared with the development or staging env files given',
    fail: 'names the keys that share one',
  },
  why: "What signs sessions or opens the database in development lies on many machines, in chats and in backups; whoever finds it there has production's as well.",
  remedy:
    'Generate each secret anew for each target (openssl rand -base64 32), give production a database user of its own, and rotate what was shared.',
  docs: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
    'https://12factor.net/config',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'the env under audit held against the env files of the other targets',
      settings: ['targets'],
      needs: ['secrets.shared'],
      judge({ 'secrets.shared': { secrets, unreadable, others, missed, shared } }) {
        const seen = { secrets, others: others.map(({ target }) => target), shared: shared.length };
        const faults = [
          ...faultOf('shared-value', 'value', shared),
          ...faultOf('shared-password', 'password', shared),
          ...faultOf('shared-reference', 'reference', shared),
        ];
        const because = `none of ${counted(secrets, 'secret')} is shared with ${named(others.map(({ target }) => target))}`;
        if (faults.length > 0) return failOrPass(faults, { reason: 'distinct', because }, { seen });
        const [gone] = missed;
        if (gone) {
          const fix = `let svcheck read the env files of ${gone.target}, or take them out of svcheck.yaml`;
          return { status: 'error', reason: 'malformed', because: `${gone.target}: ${gone.because}`, fix, seen };
        }
        const unclear = (reason: Reason, why: string) => ({ status: 'unclear', reason, because: why, seen }) as const;
        if (secrets === 0) return unclear('no-secrets', 'the env under audit has no secret to compare');
        if (others.every(({ keys }) => keys === 0))
          return unclear('nothing-compared', `the env files of ${named(others.map(({ target }) => target))} are empty`);
        if (unreadable > 0)
          return unclear(
            'not-comparable',
            `${unreadable} of ${counted(secrets, 'secret')} encrypted or in a vault; the rest is not shared`,
          );
        return { status: 'pass', reason: 'distinct', because, seen };
      },
    }),
    make.attest('Does every target have secrets of its own, none of them shared with production?', 90),
  ],
});

function faultOf(reason: Reason, as: Sharing['as'], shared: readonly Sharing[]): Fault<Reason>[] {
  const own = shared.filter((one) => one.as === as);
  if (own.length === 0) return [];
  const pairs = own.map(({ key, otherKey, target }) =>
    key === otherKey ? `${key} (${target})` : `${key} (${otherKey} of ${target})`,
  );
  const keys = [...new Set(own.map(({ key }) => key))];
  return [
    {
      reason,
      because: `the same ${as === 'reference' ? 'place in a vault' : as} as in another target: ${named(pairs)}`,
      fix: `generate ${named(keys)} anew for this target (openssl rand -base64 32), and rotate it where it is used`,
      findings: own.map(({ key, otherKey, target }) => ({
        where: key,
        what: `the same ${as} as ${otherKey} of ${target}`,
      })),
    },
  ];
}
