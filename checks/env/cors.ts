import { unbuiltCheck } from '../../src/core/define.ts';

export const cors = unbuiltCheck({
  id: 'env.cors',
  item: 'CORS origins configured',
  by: ['probe'],
  pass: 'CORS_ORIGIN lists https origins only; live preflight from a listed origin is allowed, from a foreign one is not (a site whose only listed origin is its own needs to answer no preflight, only to refuse foreign ones)',
  fail: 'wildcard with credentials, a reflected foreign or null origin, a suffix or prefix look-alike of an allowed origin accepted, http or localhost origins, paths in an origin, unset',
  warn: "adapter-node's ORIGIN differs from the public address; BODY_SIZE_LIMIT or SHUTDOWN_TIMEOUT unset; an allowed origin reflected without Vary: Origin",
});
