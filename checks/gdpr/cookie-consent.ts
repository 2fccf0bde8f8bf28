import { unbuiltCheck } from '../../src/core/define.ts';

export const cookieConsent = unbuiltCheck({
  id: 'gdpr.cookie-consent',
  item: 'Cookie consent implemented',
  by: ['probe', 'attest'],
  pass: 'a first visit sets only essential cookies and loads no known tracker before consent (seen in a real browser where one is configured; else only where the HTML and its CSP leave no room for one), and a consent tool is present where trackers are used',
  fail: 'names cookies and trackers; by HTML alone, with third-party scripts that could load more, it is unclear',
});
