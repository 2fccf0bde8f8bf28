import type { Fault, Judgement, Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Account = Facts['provider.account'];
type Answer = Account['answers'][number];

export const accountReasons = {
  accepted: 'the provider accepts the keys, and mail may go out',
  'not-asked': 'the keys are well-formed, and the provider was not asked',
  refused: 'the provider does not accept the keys',
  sandbox: 'SES: the account is still in the sandbox, so that mail reaches verified addresses only',
  'sending-off': 'the account may not send',
  shutdown: 'SES has shut the account’s sending down',
  probation: 'SES has the account under review',
} as const;
type Reason = keyof typeof accountReasons;

/** What the provider's answers say of the account, the worst first. */
export function accountFaults({ by, answers, provider }: Account): Fault<Reason>[] {
  const fault = (reason: Reason, because: string, fix: string): Fault<Reason> => ({ reason, because, fix });
  const of = (answer: Answer): Fault<Reason>[] => {
    const { at, outcome, detail, production, sending, enforcement, relay } = answer;
    if (outcome === 'invalid') {
      const because = `${at} does not accept the key (${by})${detail ? `: ${detail}` : ''}`;
      return [fault('refused', because, `make a new key at ${provider === 'ses' ? 'AWS IAM' : 'Brevo'} and set ${by}`)];
    }
    if (outcome !== 'accepted') return [];
    const support = 'answer the case that AWS has opened for the account';
    const sandbox = 'ask for production access: SES console, Account dashboard';
    return [
      ...(enforcement === 'SHUTDOWN' ? [fault('shutdown', `${at} has shut sending down`, support)] : []),
      ...(production === false ? [fault('sandbox', `${at} is still in the sandbox`, sandbox)] : []),
      ...(sending === false
        ? [
            fault(
              'sending-off',
              `${at}: sending is paused`,
              'aws sesv2 put-account-sending-attributes --sending-enabled',
            ),
          ]
        : []),
      ...(relay === false
        ? [
            fault(
              'sending-off',
              `${at}: transactional e-mail is not enabled`,
              'have Brevo’s support enable transactional e-mail',
            ),
          ]
        : []),
    ];
  };
  return answers.flatMap(of).sort((a, b) => weight.indexOf(a.reason) - weight.indexOf(b.reason));
}

const weight: readonly Reason[] = ['refused', 'shutdown', 'sandbox', 'sending-off'];

/** A key that is valid but may not ask, or a status that SES's documentation does not have. */
export function accountError({ by, answers }: Account): Judgement<Reason> | null {
  const denied = answers.find(({ outcome }) => outcome === 'not-permitted');
  if (denied) {
    const because = `${denied.at} knows the key (${by}), which may not ask${denied.detail ? `: ${denied.detail}` : ''}`;
    return { status: 'error', reason: 'not-permitted', because, fix: denied.lacks };
  }
  const odd = answers.find(
    ({ enforcement }) => enforcement !== null && !/^(?:HEALTHY|PROBATION|SHUTDOWN)$/.test(enforcement),
  );
  if (!odd) return null;
  const because = `${odd.at} gives no status of the account that is documented`;
  return { status: 'error', reason: 'malformed', because, fix: 'see the account’s status in the SES console' };
}

export const accountWarnings = ({ answers }: Account): Warning<Reason>[] =>
  answers
    .filter(({ enforcement }) => enforcement === 'PROBATION')
    .map(({ at }) => ({
      reason: 'probation',
      text: `${at} has the account under review: mend what AWS names before it stops`,
    }));
