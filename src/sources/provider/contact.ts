import type { Target } from '../../config/target.ts';
import { emailProvider } from '../email/domain.ts';
import { addressOf } from './brevo.ts';
import { brevoKey, regionsOf } from './credentials.ts';

/** The addresses of the provider's API that would be asked; none where there is no key, or no region, to ask with. */
export function providerContacts(target: Target): string[] {
  const provider = emailProvider(target);
  if (provider === 'brevo') return brevoKey(target) ? [addressOf(target.settings.email.api, '').origin] : [];
  if (provider !== 'ses') return [];
  const { ses, cloudwatch } = target.settings.aws.endpoints;
  return regionsOf(target).flatMap((region) => {
    const suffix = `${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
    return [
      ses ?? target.settings.email.api ?? `https://email.${suffix}`,
      cloudwatch ?? `https://monitoring.${suffix}`,
    ];
  });
}
