import { unbuiltCheck } from '../../src/core/define.ts';

export const csrf = unbuiltCheck({
  id: 'auth.csrf',
  item: 'CSRF protection enabled',
  by: ['active', 'attest'],
  pass: "with a test session, a state-changing POST with a foreign Origin is refused before it reaches the handler, in each form a page can send without a preflight (urlencoded, multipart, text/plain, no Content-Type) and as JSON (by refusal or a denied foreign preflight), while the same with the site's own Origin reaches it; several routes, not the sign-in alone",
  fail: 'a foreign one reaches the handler; names route and content type; where both are refused alike (an auth wall), it is unclear',
});
