import { unbuiltCheck } from '../../src/core/define.ts';

export const health = unbuiltCheck({
  id: 'application.health',
  item: 'Health check endpoints working',
  by: ['probe'],
  pass: 'the configured paths (default /health, /health/live, /health/ready; absolute internal addresses may be given) answer 200 within 1 s, and readiness (not liveness, which must not ask) says healthy for database and redis',
  fail: 'any other status, slow, an unhealthy dependency, an HTML page where JSON belongs, a redirect to a login',
  warn: "the answer changed between svcheck's first and last look; one instance seen of several declared",
});
