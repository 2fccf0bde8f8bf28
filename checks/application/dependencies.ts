import { unbuiltCheck } from '../../src/core/define.ts';

export const dependencies = unbuiltCheck({
  id: 'application.dependencies',
  item: 'Dependencies installed (production only)',
  by: ['probe'],
  pass: 'in the folder as deployed (artifact: in svcheck.yaml) production dependencies are installed at the locked versions, no devDependency is, and no known critical advisory (a registry that does not answer makes the line `error`)',
  fail: 'a devDependency is installed there, a dependency is missing or off its lock, a critical advisory; in a working checkout (no artifact given) a dependency off its lock or a critical advisory still fails; otherwise the line is `manual: name artifact`',
});
