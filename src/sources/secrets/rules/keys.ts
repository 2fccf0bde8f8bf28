import { addressPassword, jdbcPassword } from './accept.ts';
import { liveJwt, serviceRoleJwt } from './jwt.ts';
import { isDull, isLookalike } from './lookalike.ts';
import type { Rule } from './rule.ts';

/** The body of a key, without what stands between its lines: the same however the file escapes them. */
const body = (text: string): string => text.replace(/\\[rn]|[^A-Za-z0-9+/=]/g, '');

function keyBody([, lines = '']: RegExpExecArray): string | null {
  const key = body(lines);
  // What follows a key that is cut short would make it look typed by hand.
  return key.length >= 32 && !isLookalike(key.slice(0, 48), 62) ? key.slice(0, 48) : null;
}

/** RFC 7517: `d` is what makes a key private (RFC 7518, sections 6.2.2 and 6.3.2; RFC 8037 section 2). */
function privateJwk([object]: RegExpExecArray): string | null {
  const d = /"d"\s*:\s*"([\w-]{40,1400})"/.exec(object)?.[1];
  return d !== undefined && !isDull(d, 62) ? d : null;
}

const dashes = '-----';

/** Private keys, tokens of any issuer, addresses with a password. */
export const keys: readonly Rule[] = [
  {
    // With its body: the mere line stands in many a parser and many a text.
    id: 'private-key',
    what: 'private key',
    source: 'https://www.rfc-editor.org/rfc/rfc7468#section-10',
    keywords: ['PRIVATE KEY-----', 'PRIVATE KEY BLOCK-----'],
    pattern:
      /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|\s){1,8}(?:[\w-]{1,30}: [^\n\\]{0,200}(?:\\[rn]|\s){1,8}){0,6}((?:[A-Za-z0-9+/=]{1,128}(?:\\[rn]|[\s"'+,])*){1,4})/,
    before: 40,
    accept: keyBody,
    examples: {
      real: [
        `${dashes}BEGIN |RSA PRIVATE KEY${dashes}\nMIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi8ZpxYs1k4nTgQd7cXh2wLbPq0\n`,
        `"key": "${dashes}BEGIN |PRIVATE KEY${dashes}\\nMC4CAQAwBQYDK2VwBCIEIJ8vT3kqYw5mXr1sHdZ6bQcN0fUeLg2aVjPi4oRtWyKx\\n"`,
      ],
      no: [
        `${dashes}BEGIN PRIVATE KEY${dashes}`,
        `${dashes}BEGIN RSA PRIVATE KEY${dashes}\nMIIEpAIBAAKCAQEA...\n`,
        `${dashes}BEGIN PUBLIC KEY${dashes}\nMCowBQYDK2VwAyEAq7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U\n`,
        `${dashes}BEGIN PRIVATE KEY${dashes}\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n`,
      ],
    },
  },
  {
    id: 'putty-private-key',
    what: 'PuTTY private key',
    source: 'https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html',
    keywords: ['Private-Lines: '],
    pattern: /Private-Lines: \d{1,3}(?:\\[rn]|\s){1,8}((?:[A-Za-z0-9+/=]{1,128}(?:\\[rn]|\s)*){1,4})/,
    accept: keyBody,
    examples: {
      real: ['Private-|Lines: 1\nAAAAIEx3vT9kqYw5mXr1sHdZ6bQcN0fUeLg2aVjPi4oRtWyK\n'],
      no: ['Private-Lines: 14'],
    },
  },
  {
    id: 'age-secret-key',
    what: 'age secret key',
    source: 'https://age-encryption.org/v1',
    keywords: ['AGE-SECRET-KEY-1'],
    pattern: /AGE-SECRET-KEY-1[0-9A-Z]{58}/,
    alphabet: 32,
    examples: {
      real: ['AGE-|SECRET-KEY-1QL3Z7HJY54PW3HYWW5AYYFG7ZQGVC7W3J2ELW8ZMRJ2KG5SFN9AQMCAC8P'],
      no: ['AGE-SECRET-KEY-1XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX'],
    },
  },
  {
    id: 'dotenvx-private-key',
    what: 'dotenvx private key',
    source: 'https://dotenvx.com/docs/env-keys-file',
    keywords: ['DOTENV_PRIVATE_KEY'],
    pattern: /DOTENV_PRIVATE_KEY\w{0,40}\s{0,3}[=:]\s{0,3}["']?([0-9a-f]{64})/,
    alphabet: 16,
    examples: {
      real: ['DOTENV_|PRIVATE_KEY_PRODUCTION="4f8c2a91b7e3d05f6a1c9e82d47b30fa58e6c1d92b0f7a34e5c8d16093ab7f2e"'],
      no: ['DOTENV_PRIVATE_KEY_PRODUCTION=""', 'process.env.DOTENV_PRIVATE_KEY'],
    },
  },
  {
    id: 'wireguard-private-key',
    what: 'WireGuard private key',
    source: 'https://www.wireguard.com/quickstart/',
    keywords: ['PrivateKey'],
    pattern: /PrivateKey\s{0,3}[=:]\s{0,3}["']?([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)/,
    examples: {
      real: ['Private|Key = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk='],
      no: ['PrivateKey = <private key>', 'PrivateKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    },
  },
  {
    id: 'kubeconfig-client-key',
    what: 'private key of a Kubernetes client',
    source: 'https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/',
    keywords: ['client-key-data'],
    // The beginning of a PEM file's first line, in base64.
    pattern: /client-key-data["']?:\s{0,3}["']?(LS0tLS1CRUdJTi[A-Za-z0-9+/=]{100,4000})/,
    examples: {
      real: [
        'client-|key-data: LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1IY0NBUUVFSUp4N3ZUM2txWXc1bVhyMXNIZFo2YlFjTjBmVWVMZzJhVmpQaTRvUnRXeUtvQW9HQ0NxR1NNNDkKQXdFSG9VUURRZ0FF',
      ],
      no: ['client-key-data: REDACTED', 'client-key-data: DATA+OMITTED'],
    },
  },
  {
    id: 'jwk-private-key',
    what: 'private JSON Web Key',
    source: 'https://www.rfc-editor.org/rfc/rfc7517',
    keywords: ['"kty"'],
    pattern: /\{[^{}]{0,1500}"kty"[^{}]{0,3000}\}/,
    before: 1501,
    accept: privateJwk,
    examples: {
      real: ['{"k|ty":"OKP","crv":"Ed25519","x":"q7Xv","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}'],
      no: ['{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'],
    },
  },
  {
    id: 'minisign-secret-key',
    what: 'minisign secret key',
    source: 'https://jedisct1.github.io/minisign/',
    keywords: ['RWRTY0Iy'],
    pattern: /RWRTY0Iy[A-Za-z0-9+/]{150,220}={0,2}/,
    examples: {
      real: [
        'RWRT|Y0Iyx7vT3kqYw5mXr1sHdZ6bQcN0fUeLg2aVjPi4oRtWyKxPq0A9hS7eD2nJ5uM8cB1tG6zF3rX4kV0wQyLpIoNaTsHdC7gE2bUmRj5fZx8YvK1lWq9PtO3iSnA6hD4eMzBcXuGrVy0JwLkTfQpI7sE5aNoRb2',
      ],
      no: ['RWRTY0Iy'],
    },
  },
  {
    id: 'laravel-key',
    what: 'Laravel application key',
    source: 'https://laravel.com/docs/encryption#configuration',
    keywords: ['APP_KEY=base64:'],
    pattern: /APP_KEY=(base64:[A-Za-z0-9+/]{43}=)/,
    before: 0,
    examples: {
      real: ['APP_|KEY=base64:xT3kqYw5mXr1sHdZ6bQcN0fUeLg2aVjPi4oRtWyKx7U='],
      no: ['APP_KEY=', 'APP_KEY=base64:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    },
  },
  {
    id: 'jwt',
    what: 'JSON Web Token',
    source: 'https://www.rfc-editor.org/rfc/rfc7519',
    keywords: ['eyJ0', 'eyJh', 'eyJj', 'eyJr', 'eyJi', 'eyJl', 'eyJ6', 'eyJq', 'eyJ4'],
    pattern: /eyJ[\w-]{12,1000}\.eyJ[\w-]{8,4000}\.[\w-]{20,1000}/,
    accept: liveJwt,
    examples: {
      real: ['eyJhb|GciOiJIUzI1NiJ9.eyJzdWIiOiI1ODEyIiwiYXVkIjoiYXBpIn0.p7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U0qWm5xRt2Ys'],
      no: [
        'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
        'eyJhbGciOiJub25lIn0.eyJzdWIiOiI1ODEyIn0.aaaaaaaaaaaaaaaaaaaaaaaa',
      ],
    },
  },
  {
    id: 'supabase-service-key',
    what: 'Supabase service_role key',
    source: 'https://supabase.com/docs/guides/api/api-keys',
    keywords: ['eyJ0', 'eyJh'],
    pattern: /eyJ[\w-]{12,200}\.eyJ[\w-]{20,1000}\.[\w-]{40,100}/,
    accept: serviceRoleJwt,
    examples: {
      real: [
        'eyJhb|GciOiJIUzI1NiJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJzZXJ2aWNlX3JvbGUifQ.p7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U0qWm5xRt2Ys',
      ],
      no: [
        'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJhbm9uIn0.p7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U0qWm5xRt2Ys',
      ],
    },
  },
  {
    id: 'address-with-password',
    what: 'address of a store with its password',
    source: 'https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS',
    keywords: [
      'gres://',
      'gresql://',
      'ysql://',
      'iadb://',
      'godb://',
      '+srv://',
      'edis://',
      'diss://',
      'amqp://',
      'mqps://',
      'ouse://',
      'nats://',
      'rver://',
    ],
    pattern:
      /(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|clickhouse|nats|sqlserver):\/\/[^\s:/@"'`<>{}$\\]{0,64}:[^\s@"'`<>{}$\\]{8,128}@[^\s"'`<>{}$\\]{1,253}/,
    before: 14,
    accept: addressPassword,
    examples: {
      real: ['postgres|://app:s8Kq2Zr9Lx@db.acme.internal:5432/app', 'redis|s://:s8Kq2Zr9LxWv@cache.acme.internal'],
      no: [
        'postgres://user:password@host:5432/db',
        'postgres://postgres:postgres@db/app',
        'postgres://app:${DB_PASSWORD}@db/app',
        'postgres://app:s8Kq2Zr9Lx@localhost/app',
        'redis://:s8Kq2Zr9Lx@cache.example.com',
      ],
    },
  },
  {
    id: 'server-address-with-password',
    what: 'address of a server with its password',
    source: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1',
    keywords: ['http://', 'ttps://', 'ftp://', 'ftps://', 'mtp://', 'mtps://', 'dap://', 'daps://'],
    pattern:
      /(?:https?|s?ftps?|smtps?|ldaps?):\/\/[^\s:/@"'`<>{}$\\()[\]|,;]{0,64}:[^\s/?#@"'`<>{}$\\()[\]|,;]{8,128}@[A-Za-z0-9][A-Za-z0-9.-]{1,200}/,
    before: 3,
    userinfo: true,
    accept: addressPassword,
    examples: {
      real: [
        'https|://deploy:s8Kq2Zr9LxWv@git.acme.internal/acme/app.git',
        'smtp|s://mailer:s8Kq2Zr9LxWv@smtp.acme.internal:465',
      ],
      no: [
        'https://user:password@example.com/',
        'https://host:8080/path/@scope/package',
        'https://a1B2c3D4e5@o1.ingest.sentry.io/1',
      ],
    },
  },
  {
    id: 'jdbc-address-with-password',
    what: 'JDBC address with its password',
    source: 'https://jdbc.postgresql.org/documentation/use/',
    keywords: ['jdbc:'],
    pattern: /jdbc:[a-z:]{3,30}\/\/[^\s"'`<>]{1,300}?[?&;]password=([^\s"'`<>&;{}$]{8,128})/,
    accept: jdbcPassword,
    examples: {
      real: ['jdbc|:postgresql://db.acme.internal/app?user=app&password=s8Kq2Zr9LxWv'],
      no: [
        'jdbc:postgresql://localhost/app?user=app&password=s8Kq2Zr9LxWv',
        'jdbc:mysql://db/app?password=${DB_PASSWORD}',
      ],
    },
  },
];
