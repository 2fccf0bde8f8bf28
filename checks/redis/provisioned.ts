import { unbuiltCheck } from '../../src/core/define.ts';

export const provisioned = unbuiltCheck({
  id: 'redis.provisioned',
  item: 'Production Redis provisioned',
  by: ['probe'],
  pass: 'answers PING; a supported version of its product (Redis, Valkey, KeyDB, Dragonfly, ElastiCache, Upstash told apart first; Valkey reports redis_version 7.2.4 whatever it is); role master; shows version, memory, round trip',
  fail: 'a refused connection, refused credentials, another protocol, NXDOMAIN, a replica, an end-of-life version; a section that INFO lacks is unclear, not a failure',
  warn: 'rejected_connections above 0, maxclients nearly used, memory fragmentation above 1.5, a replica link down',
});
