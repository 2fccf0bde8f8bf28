import { unbuiltCheck } from '../../src/core/define.ts';

export const built = unbuiltCheck({
  id: 'application.built',
  item: 'All packages built (`pnpm build`)',
  by: ['probe'],
  pass: "every workspace package with a build script has the outputs that its package.json names (main, module, types, bin, exports), newer than its sources (where all files bear one checkout time and no .tsbuildinfo, build-tool record or `evidence add` binds outputs to sources, staleness is unclear and only a missing output fails); applications have their adapter's output; a package that only type-checks and exports its sources has nothing to be stale",
  fail: 'missing or stale outputs, named by package',
});
