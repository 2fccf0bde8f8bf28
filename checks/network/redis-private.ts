import type { Facts, Known } from '../../src/core/check.ts';
import { defineCheck } from '../../src/core/define.ts';
import { judgeStore, storeReasons, storeSettings } from './private-store.ts';

export const redisPrivate = defineCheck({
  id: 'network.redis-private',
  item: 'Redis not publicly accessible',
  rule: { pass: 'as network.database-private', fail: 'as network.database-private' },
  why: 'Redis is made for trusted networks: whoever reaches it can try passwords at its speed, and one that asks for none is taken over within minutes.',
  remedy:
    'Set bind to a private address, keep protected-mode on, and let the firewall admit the application’s hosts only; of a managed service, use its private endpoint or its list of allowed addresses.',
  docs: [
    'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
    'https://www.rfc-editor.org/rfc/rfc6890',
  ],
  settings: storeSettings,
  loosening: ['managed-public'],
  reasons: storeReasons,
  ways: (make) => [
    make.probe({
      how: 'from outside: the addresses of the host in REDIS_URL, and one connection to each public one',
      settings: ['env.files', 'vantage'],
      needs: ['network.redis'],
      wants: ['redis.unauthenticated'],
      judge: (facts, { expect }) =>
        judgeStore(facts['network.redis'], {
          what: 'Redis',
          accepted: expect['managed-public'],
          protection: () => protectionOf(facts['redis.unauthenticated']),
        }),
    }),
    make.attest('Can the production Redis not be reached from the internet?', 90),
  ],
});

function protectionOf(session: Known<Facts['redis.unauthenticated']>): string {
  if (session.state !== 'known') return `what it answers without a password was not seen (${session.because})`;
  const { tls, answers } = session.value;
  const socket = tls ? `${tls.protocol}, ${tls.verified ? 'verifies' : 'does not verify'}` : 'no TLS';
  return [socket, ...answers.map(({ command, outcome }) => `${command} without a password: ${outcome}`)].join('; ');
}
