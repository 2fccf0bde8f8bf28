import { unbuiltCheck } from '../../src/core/define.ts';

export const dataExport = unbuiltCheck({
  id: 'gdpr.export',
  item: 'User data export functionality',
  by: ['probe', 'active', 'attest'],
  pass: 'the configured endpoint exists against a control path (405 with Allow counts) and, with --active, demands authentication',
  fail: '404, 5xx, a redirect to a page, or open to anyone',
});
