import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { handshakeFaults, handshakeGap } from './handshake.ts';
import { behind, proxied, sslmodeWarning } from './legs.ts';

export const ssl = defineCheck({
  id: 'database.ssl',
  item: 'Database connection SSL enabled',
  rule: {
    pass: "our own socket is encrypted (TLS 1.2 or newer; pg_stat_ssl beside it where no pooler stands between), the chain and host name verify (postgres.ca, sslrootcert or the system's roots), and the server refuses a plaintext session (a startup message only: a request for authentication means that it accepts, and is never answered)",
    fail: 'plaintext, or it accepts a plaintext session from here; a certificate that is self-signed, expired or for another host; an unknown root is `error: give postgres.ca`',
    warn: 'sslmode values that do not verify; a loopback proxy or mesh, declared: the leg behind it was not seen',
  },
  why: 'Without TLS that verifies, whoever sits on the way reads every row and can take the place of the database. A server that also takes plaintext leaves it to each client to remember.',
  remedy:
    'postgresql.conf: ssl = on with ssl_cert_file and ssl_key_file; pg_hba.conf: hostssl in place of host; DATABASE_URL with sslmode=verify-full and sslrootcert=PATH.',
  docs: [
    'https://www.postgresql.org/docs/current/ssl-tcp.html',
    'https://www.postgresql.org/docs/current/libpq-ssl.html',
    'https://www.rfc-editor.org/rfc/rfc9525',
  ],
  settings: z.strictObject({
    /** The oldest protocol that is good enough. */
    protocol: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
  }),
  reasons: {
    verified: 'TLS that verifies, and plaintext is refused',
    proxied: 'a proxy or mesh on this side, as declared: what is behind it was not seen',
    plaintext: 'the server offers no TLS',
    'unix-socket': 'a Unix socket, which has no TLS',
    'plaintext-accepted': 'the server lets a session begin without TLS',
    trust: 'the server lets in without TLS and without a password',
    'old-protocol': 'TLS older than expected',
    'self-signed': 'the certificate is signed by itself',
    expired: 'the certificate or one above it has expired',
    'not-yet-valid': 'the certificate or one above it is not valid yet',
    'wrong-name': 'the certificate is for another host',
    'missing-intermediate': 'the server does not send the whole chain',
    'not-verified': 'the certificate does not verify for another reason',
    'sslmode-unverified': "the application's sslmode does not verify the certificate and the host name",
    'leg-unseen': 'a proxy or mesh stands between: the leg behind it was not seen',
    'leg-unencrypted': 'behind whatever ends our TLS, the database says that its leg has none',
  },
  ways: (make) => [
    make.probe({
      how: 'asks for TLS and, on another connection, for a session without it',
      settings: ['postgres.url'],
      needs: ['postgres.handshake'],
      wants: ['postgres.session'],
      judge: ({ 'postgres.handshake': handshake, 'postgres.session': session }, { expect, asOf }) => {
        const mode = sslmodeWarning(handshake);
        const declared = proxied(handshake);
        if (declared) {
          const warnings = [{ reason: 'leg-unseen' as const, text: declared }, ...mode];
          return { status: 'pass', reason: 'proxied', because: declared, warnings };
        }
        const faults = handshake.hosts.flatMap((host) => handshakeFaults(host, expect.protocol, asOf));
        const gap = handshakeGap(handshake);
        if (faults.length === 0 && gap) return gap;
        const seen = handshake.hosts.map(({ host, port, session: tls, plaintext }) => ({
          address: `${host}:${port}`,
          protocol: tls?.protocol ?? null,
          until: tls?.certificate?.notAfter ?? null,
          plaintext: plaintext?.detail ?? null,
        }));
        const protocols = [...new Set(seen.map(({ protocol }) => protocol))].join(', ');
        const because = `${protocols}, the chain and host name verify, and plaintext is refused`;
        const rest = { seen: { hosts: seen }, warnings: [...mode, ...behind(session)] };
        return failOrPass(faults, { reason: 'verified', because }, rest);
      },
    }),
    make.attest('Is this done: Database connection SSL enabled?', 90),
  ],
});
