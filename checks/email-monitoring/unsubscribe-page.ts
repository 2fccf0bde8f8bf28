import type { Facts } from '../../src/facts/index.ts';

type Answered = Facts['product.unsubscribe']['control'];

/**
 * What an answer to an unknown token says of the address. Only against a random path is it known whether somebody is
 * there: a catch-all answers everything.
 */
export function addressState(
  { status, html, location }: Answered,
  control: Answered,
): 'page' | 'dead' | 'sign-in' | 'undecided' {
  const signIn = location !== null && /log-?in|sign-?in|auth/i.test(location);
  if ((signIn && location !== control.location) || status === 401) return 'sign-in';
  // Where the whole site is unwell, that says nothing of the page.
  if (status >= 500 && control.status >= 500) return 'undecided';
  if (status === 404 || status === 405 || status >= 500) return 'dead';
  if (status >= 300 && status < 400) return 'undecided';
  if (!html) return status < 300 ? 'dead' : 'undecided';
  return status === control.status ? 'undecided' : 'page';
}
