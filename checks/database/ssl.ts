import { unbuiltCheck } from '../../src/core/define.ts';

export const ssl = unbuiltCheck({
  id: 'database.ssl',
  item: 'Database connection SSL enabled',
  by: ['probe'],
  pass: "our own socket is encrypted (TLS 1.2 or newer; pg_stat_ssl beside it where no pooler stands between), the chain and host name verify (postgres.ca, sslrootcert or the system's roots), and the server refuses a plaintext session (a startup message only: a request for authentication means that it accepts, and is never answered)",
  fail: 'plaintext, or it accepts a plaintext session from here; a certificate that is self-signed, expired or for another host; an unknown root is `error: give postgres.ca`',
  warn: 'sslmode values that do not verify; a loopback proxy or mesh, declared: the leg behind it was not seen',
});
