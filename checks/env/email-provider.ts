import { defineCheck } from '../../src/core/define.ts';
import { placed } from './naming.ts';

export const emailProvider = defineCheck({
  id: 'env.email-provider',
  item: '`EMAIL_PROVIDER` configured (brevo or ses)',
  rule: { pass: 'brevo or ses', fail: 'unset, mock, or anything else' },
  why: 'With a mock provider sign-up and password mails are written to a log and reach nobody, and nothing fails.',
  remedy: 'EMAIL_PROVIDER=brevo or EMAIL_PROVIDER=ses in the production env; mock is for development.',
  docs: ['https://developers.brevo.com/docs/getting-started', 'https://docs.aws.amazon.com/ses/latest/dg/Welcome.html'],
  reasons: {
    configured: 'a provider that delivers is named',
    unset: 'EMAIL_PROVIDER is not set',
    mock: 'the provider only pretends to send',
    unknown: 'the provider is none of those that the product has',
  },
  ways: (make) => [
    make.probe({
      how: 'EMAIL_PROVIDER of the env',
      settings: ['env.files'],
      needs: ['env.email'],
      judge({ 'env.email': { provider, place } }) {
        if (provider === 'brevo' || provider === 'ses')
          return { status: 'pass', reason: 'configured', because: `EMAIL_PROVIDER is ${provider}`, seen: { provider } };
        const fix = `set EMAIL_PROVIDER=brevo or EMAIL_PROVIDER=ses in ${place?.file ?? 'the env file'}`;
        if (provider === null) return { status: 'fail', reasons: ['unset'], because: 'EMAIL_PROVIDER is not set', fix };
        const pretends = /^(?:mock|fake|console|log|none|dummy|stub|test|memory)$/i.test(provider);
        const because = `EMAIL_PROVIDER in ${placed(place)} is ${provider === 'unprintable' ? 'no plain word' : provider}`;
        return { status: 'fail', reasons: [pretends ? 'mock' : 'unknown'], because, fix, seen: { provider } };
      },
    }),
    make.attest('Does production send its mails through Brevo or SES?', 90),
  ],
});
