import type { emailFacts } from '../../facts/email.ts';
import type { Gatherers } from '../gathering.ts';
import { dkim } from './dkim/gather.ts';
import { dmarc } from './dmarc/gather.ts';
import { spf } from './spf/gather.ts';
import { receiving } from './transport-policy/gather.ts';

export const emailGatherers: Gatherers<typeof emailFacts> = {
  'email.spf': spf,
  'email.dkim': dkim,
  'email.dmarc': dmarc,
  'email.receiving': receiving,
};
