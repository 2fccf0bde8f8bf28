import type { productFacts } from '../../facts/product.ts';
import type { Gatherers } from '../gathering.ts';

export const productGatherers: Gatherers<typeof productFacts> = {};
