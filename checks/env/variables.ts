import { unbuiltCheck } from '../../src/core/define.ts';

export const variables = unbuiltCheck({
  id: 'env.variables',
  item: 'All environment variables configured (see `.env.example`)',
  by: ['probe', 'attest'],
  pass: "every key of .env.example (save those commented as optional) is set, non-empty and not a placeholder (the example's own value for a secret, changeme, your-..., xxx, <...>)",
  fail: 'any is missing, empty or a placeholder, or a key that reaches the browser (PUBLIC_, VITE_ prefix) holds a secret; names the keys, never the values; keys set but absent from the example are a warning; formats that are made to be public (Stripe pk_, a Sentry DSN, a Maps key) are no secrets',
});
