import type { Facts, Known } from '../../src/core/check.ts';
import { defineCheck } from '../../src/core/define.ts';
import { judgeStore, storeReasons, storeSettings } from './private-store.ts';

export const databasePrivate = defineCheck({
  id: 'network.database-private',
  item: 'Database not publicly accessible',
  rule: {
    pass: "from an outside vantage (declared, never guessed) the host does not resolve, resolves to private addresses, or refuses or drops connections; or the provider's API says that it is not publicly accessible",
    fail: "a public address accepts a connection from outside; the evidence names the vantage; a database that is public by its provider's design fails as managed-public unless expect accepts it by name (then its TLS and its refusal without credentials are shown, as a warning); from an inside or undeclared vantage it is `manual`, a private answer of an inside resolver included",
  },
  why: 'A database that the whole internet can reach is one leaked password or one unpatched hole away from being read by anybody.',
  remedy:
    'Let PostgreSQL listen on a private address (listen_addresses) and let the firewall or the security group admit the application’s hosts only; of a managed service, use its private network or its list of allowed addresses.',
  docs: [
    'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-LISTEN-ADDRESSES',
    'https://www.rfc-editor.org/rfc/rfc6890',
  ],
  settings: storeSettings,
  loosening: ['managed-public'],
  reasons: storeReasons,
  ways: (make) => [
    make.probe({
      how: 'from outside: the addresses of the hosts in DATABASE_URL, and one connection to each public one',
      settings: ['env.files', 'vantage'],
      needs: ['network.database'],
      wants: ['postgres.handshake', 'postgres.session'],
      judge: (facts, { expect }) =>
        judgeStore(facts['network.database'], {
          what: 'the database',
          accepted: expect['managed-public'],
          protection: () => protectionOf(facts['postgres.handshake'], facts['postgres.session']),
        }),
    }),
    make.attest('Can the production database not be reached from the internet?', 90),
  ],
});

function protectionOf(
  handshake: Known<Facts['postgres.handshake']>,
  session: Known<Facts['postgres.session']>,
): string {
  if (handshake.state !== 'known') return `TLS was not seen (${handshake.because})`;
  const said = handshake.value.hosts.map(({ host, port, tls, session: own, plaintext }) => {
    const verified = own ? `${own.protocol}, ${own.verified ? 'verifies' : 'does not verify'}` : tls;
    return `${host}:${port} TLS ${verified}, without it ${plaintext ? plaintext.outcome : 'not tried'}`;
  });
  const asks = session.state === 'known' ? `asks for ${session.value.authentication}` : 'what it asks for was not seen';
  return [...said, asks].join('; ');
}
