import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import { accountError, accountFaults, accountReasons, accountWarnings } from './email-account.ts';
import { named, placed } from './naming.ts';

type Key = Facts['env.email']['keys'][number];

const reasons = {
  'no-provider': 'EMAIL_PROVIDER names no provider whose keys could be looked at',
  missing: 'a key that the provider needs is not set',
  placeholder: 'a key is still a placeholder',
  malformed: 'a key does not have the provider’s form',
  'kept-elsewhere': 'the keys are a reference, encrypted or a role’s, so that they cannot be tried',
  ...accountReasons,
} as const;
type Reason = keyof typeof reasons;

export const emailKeys = defineCheck({
  id: 'env.email-keys',
  item: 'Email provider API keys set',
  rule: {
    pass: "the provider's keys are set (or, for SES, a role's credentials), well-formed, and the provider accepts them (Brevo account; SES GetAccount, with production access, sending enabled, EnforcementStatus healthy; per configured region)",
    fail: 'missing, malformed, refused as invalid, SES still in the sandbox or shut down; a key that is valid but may not ask this, or an address not allowed, is `error` with the permission needed',
    warn: 'SES on probation',
  },
  why: 'Without a key that the provider accepts no mail leaves the product: nobody can confirm an address or reset a password.',
  remedy:
    'Brevo: a key of its own for production (SMTP & API, API Keys) as BREVO_API_KEY. SES: a role with ses:SendEmail, out of the sandbox (Account dashboard, Request production access).',
  docs: [
    'https://developers.brevo.com/docs/authentication-schemes',
    'https://developers.brevo.com/reference/get-account',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html',
    'https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html',
  ],
  settings: z.strictObject({ role: z.boolean().default(false) }),
  loosening: ['role'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'the keys that the provider needs, by their form and by the provider’s own word',
      settings: ['env.files'],
      needs: ['env.email'],
      wants: ['provider.account'],
      judge({ 'env.email': { provider, keys, role }, 'provider.account': account }, { expect }) {
        const byRole = keys.every(({ state }) => state === 'unset') && (role.length > 0 || expect.role);
        const faults = keys.length === 0 ? [noProvider(provider)] : byRole ? [] : keys.flatMap(faultOf);
        if (faults.length > 0)
          return failOrPass<Reason>(faults, { reason: 'missing', because: '' }, { seen: { provider, role } });
        const elsewhere = byRole || keys.some(({ state }) => state === 'reference' || state === 'encrypted');
        const what = byRole
          ? `a role’s credentials (${named(role) || 'declared in svcheck.yaml'})`
          : named(keys.map(({ key }) => key));
        return asked(what, elsewhere, account, provider);
      },
    }),
    make.attest('Does the e-mail provider accept the keys of production, and has it left its sandbox?', 90),
  ],
});

/** @param elsewhere the keys themselves are not to be seen, so that only the account is */
function asked(
  what: string,
  elsewhere: boolean,
  account: Known<Facts['provider.account']>,
  provider: string | null,
): Judgement<Reason> {
  const unseen = { status: 'unclear', reason: 'kept-elsewhere' } as const;
  if (account.state === 'unreachable') {
    const { cause: reason, because, fix } = account;
    return { status: 'error', reason, because, fix };
  }
  if (account.state === 'absent' && elsewhere)
    return { ...unseen, because: `${what}: kept elsewhere, so nobody can be asked with it` };
  if (account.state === 'absent')
    return { status: 'unclear', reason: 'not-asked', because: `${what}: well-formed; ${account.because}` };
  const { value } = account;
  if (value.provider !== provider?.toLowerCase()) {
    const because = `email.provider is ${value.provider}, and EMAIL_PROVIDER is ${provider}`;
    return { status: 'unclear', reason: 'not-asked', because };
  }
  const seen = { by: value.by, answers: value.answers.map(({ at, outcome }) => `${at}: ${outcome}`) };
  const rest = { seen, warnings: accountWarnings(value) };
  const faults = accountFaults(value);
  const error = faults.length === 0 ? accountError(value) : null;
  if (error) return error;
  const places = value.answers.map(({ at }) => at).join(', ');
  if (faults.length === 0 && elsewhere)
    return {
      ...unseen,
      because: `the account is well as ${value.by} sees it (${places}), and ${what} is not to be tried`,
    };
  return failOrPass<Reason>(faults, { reason: 'accepted', because: `${places} accepts ${value.by}` }, rest);
}

function noProvider(provider: string | null): Fault<Reason> {
  const because =
    provider === null
      ? 'EMAIL_PROVIDER is not set, so no key is known to be needed'
      : 'EMAIL_PROVIDER is neither brevo nor ses';
  return { reason: 'no-provider', because, fix: 'set EMAIL_PROVIDER to brevo or ses, then its keys' };
}

function faultOf({ key, state, place, form }: Key): Fault<Reason>[] {
  const fix = `set ${key} in ${place?.file ?? 'the env file'}: ${form}`;
  if (state === 'unset') return [{ reason: 'missing', because: `${key} is not set`, fix }];
  if (state === 'placeholder')
    return [{ reason: 'placeholder', because: `${key} in ${placed(place)} is a placeholder`, fix }];
  if (state === 'malformed')
    return [{ reason: 'malformed', because: `${key} in ${placed(place)} is not of the form: ${form}`, fix }];
  return [];
}
