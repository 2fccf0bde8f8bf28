import { unbuiltCheck } from '../../src/core/define.ts';

export const cdn = unbuiltCheck({
  id: 'optimization.cdn',
  item: 'Static assets on CDN',
  by: ['probe'],
  pass: "the page's scripts, styles and images come through a CDN, or carry immutable caching of a year with hashed names",
  fail: 'served uncached by the origin',
});
