import type { FactStore } from '../../src/engine/store.ts';
import type { FactName, Facts } from '../../src/facts/index.ts';

/** A fact's value; throws with the reason where it is not known. */
export async function known<N extends FactName>(store: FactStore, name: N): Promise<Facts[N]> {
  const fact = await store.get(name);
  if (fact.state !== 'known') throw new Error(`${name}: ${fact.because}`);
  return fact.value;
}

export const pathOf = (address: string) => new URL(address).pathname;
