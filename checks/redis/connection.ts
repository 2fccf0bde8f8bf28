import type { Judgement } from '../../src/core/verdict.ts';
import type { Connection } from '../../src/facts/connection.ts';

type Refusal = 'refused' | 'auth' | 'wrong-protocol' | 'nxdomain';

/** What a failed attempt to connect means: a refusal is an answer and fails; silence, a lost name server or TLS decide nothing. */
export function notConnected({ outcome, host, port, detail }: Connection): Judgement<Refusal> {
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const fixes = {
    refused: `see that Redis runs and listens on ${place} for this host: bind, port, protected-mode and maxclients in redis.conf, and the firewall`,
    auth: 'put the right user and password into redis.url or REDIS_URL; ACL LIST on the server shows its users',
    'wrong-protocol': `point redis.url or REDIS_URL at the port of Redis, with rediss:// where it speaks TLS and redis:// where not; something else answers on ${place}`,
    nxdomain: `correct the host in redis.url or REDIS_URL, or publish an A or AAAA record for ${host}`,
    timeout: `see whether a firewall drops packets from here to ${place}, or give --timeout more`,
    dns: `see why the name server gives no answer for ${host} (dns.servers), then run again`,
    tls: `give redis.ca the CA that signed the certificate, or serve one that verifies for ${host}`,
    reset: `see the server log on ${host} for why it closes connections, then run again`,
    ok: '',
  };
  const because = `no session with ${place}: ${detail}`;
  const fix = fixes[outcome];
  if (outcome === 'timeout' || outcome === 'dns' || outcome === 'tls' || outcome === 'reset' || outcome === 'ok') {
    return { status: 'error', reason: outcome === 'ok' ? 'internal' : outcome, because, fix, seen: { outcome, place } };
  }
  return { status: 'fail', reasons: [outcome], because, fix, seen: { outcome, place } };
}
