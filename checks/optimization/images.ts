import { unbuiltCheck } from '../../src/core/define.ts';

export const images = unbuiltCheck({
  id: 'optimization.images',
  item: 'Images optimized',
  by: ['probe'],
  pass: 'no image of the pages looked at above 200 KB, none in a legacy format where a modern one would save a third',
  fail: 'names them and their sizes',
  warn: 'an image without width and height; one below the fold that is not lazy; saving not measured (sharp absent)',
});
