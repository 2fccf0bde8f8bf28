import type { Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import type { RedisInfo } from '../../src/facts/redis.ts';

type Config = Known<Facts['redis.config']>;
type Load = 'rejected-connections' | 'clients-near-limit' | 'fragmented' | 'replica-link-down';

/** Of maxclients, what "nearly used" means. */
const NEARLY = 0.9;
/** Below these, MEMORY DOCTOR of Redis calls an instance empty, or its fragmentation harmless: the process itself weighs more. */
const EMPTY_BYTES = 5 * 1024 * 1024;
const HARMLESS_BYTES = 10 * 1024 * 1024;

/** What a server under strain shows in INFO. */
export function loadWarnings(info: RedisInfo, config: Config, fragmentation: number): Warning<Load>[] {
  const { replication } = info;
  const rejected = info.stats?.rejectedConnections ?? 0;
  const connected = info.clients?.connected ?? 0;
  const places = info.clients?.limit ?? (config.state === 'known' ? config.value.maxclients : null) ?? 0;
  const warnings: Warning<Load>[] = [];
  if (rejected > 0) {
    const text = `${rejected} connections were rejected since the start, for want of places (maxclients ${places || 'unknown'})`;
    warnings.push({ reason: 'rejected-connections', text });
  }
  if (places > 0 && connected >= places * NEARLY) {
    warnings.push({ reason: 'clients-near-limit', text: `${connected} of ${places} places for clients are taken` });
  }
  const ratio = fragmentationOf(info);
  if (ratio > fragmentation) {
    warnings.push({
      reason: 'fragmented',
      text: `mem_fragmentation_ratio is ${ratio}: CONFIG SET activedefrag yes, or restart it`,
    });
  }
  if (replication?.primaryLink === 'down') {
    warnings.push({ reason: 'replica-link-down', text: 'master_link_status is down' });
  } else if (replication && replication.replicasOffline > 0) {
    const { replicasOffline, replicas } = replication;
    warnings.push({
      reason: 'replica-link-down',
      text: `${replicasOffline} of ${replicas ?? '?'} replicas are not online`,
    });
  }
  return warnings;
}

function fragmentationOf({ memory }: RedisInfo): number {
  const harmless =
    (memory?.used ?? EMPTY_BYTES) < EMPTY_BYTES || (memory?.fragmentationBytes ?? HARMLESS_BYTES) < HARMLESS_BYTES;
  return harmless ? 0 : (memory?.fragmentationRatio ?? 0);
}
