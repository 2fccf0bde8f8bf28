import { unbuiltCheck } from '../../src/core/define.ts';

export const nodeEnv = unbuiltCheck({
  id: 'env.node-env',
  item: '`NODE_ENV=production`',
  by: ['probe'],
  pass: 'the env says production and the live site shows no sign of a development build (Vite client, source-mapped stack trace on an error page)',
  fail: 'any other value, or a development build is live',
});
