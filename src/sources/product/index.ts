import type { productFacts } from '../../facts/product.ts';
import type { Gatherers } from '../gathering.ts';
import { sample } from './sample.ts';
import { sends } from './sends.ts';
import { templates, unsubscribe } from './templates.ts';
import { refusal, webhook } from './webhook.ts';

export const productGatherers: Gatherers<typeof productFacts> = {
  'product.sends': sends,
  'product.templates': templates,
  'product.unsubscribe': unsubscribe,
  'product.sample': sample,
  'product.webhook': webhook,
  'product.webhook-refusal': refusal,
};
