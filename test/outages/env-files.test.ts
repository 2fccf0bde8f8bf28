import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Deployment } from '../../fixtures/demo/deployment.ts';
import type { Flip } from '../../fixtures/faults/index.ts';
import { allOf, databaseLost, type Flips, redisLost } from '../../fixtures/faults/lines.ts';
import { describeOutages } from './outage.ts';

const file = '.env.production';

const written =
  (change: (text: string) => string | Uint8Array) =>
  ({ files }: Deployment) => {
    files.write(file, change(files.read(file)));
  };

/** What reads the env, and what looks where one of its addresses leads or with one of its keys. */
const rest = (flip: Flip): Flips => ({
  ...allOf('databaseName', flip),
  ...allOf('provider', flip),
  ...allOf('mail', flip),
  ...databaseLost(flip, flip),
  ...redisLost(flip, flip),
});

const secrets = ['secrets.in-env', 'secrets.git', 'secrets.distinct'];
const unread = (reason: string): Flips => ({
  ...allOf('env', `error ${reason}`),
  ...rest(`error ${reason}`),
  ...Object.fromEntries(secrets.map((line): [string, Flip] => [line, `error ${reason}`])),
});

/** Lines that the demo leaves to a person, healthy or not. */
const manual = ['optimization.queries', 'email-monitoring.unsubscribe', 'soc2.access-controls'];

const unset = Object.fromEntries(
  Object.entries(rest('manual not-configured')).filter(([line]) => !manual.includes(line)),
);

describeOutages([
  { name: 'an env file that is binary', flips: unread('malformed'), plant: written(() => randomBytes(5000)) },
  {
    name: 'an env file that cannot be read',
    flips: unread('not-permitted'),
    plant: ({ files }) => {
      // Root may read every file; a folder in its place nobody.
      files.remove(file);
      mkdirSync(files.path(file));
    },
  },
  { name: 'an env file that is missing', flips: unread('malformed'), plant: ({ files }) => files.remove(file) },
  {
    name: 'an env file that is empty',
    flips: {
      'env.variables': 'fail missing',
      'env.auth-secret': 'fail unset',
      'env.database-url': 'fail unset',
      'env.redis-url': 'fail unset',
      'env.email-provider': 'fail unset',
      'env.email-keys': 'fail no-provider',
      'env.node-env': 'fail unset',
      'env.cors': 'fail unset',
      'secrets.in-env': 'manual no-values',
      'secrets.git': 'manual no-values',
      'secrets.distinct': 'manual no-secrets',
      'application.error-tracking': 'fail unset',
      ...unset,
      'database.backups': 'manual database-unknown',
      'backups.daily': 'manual database-unknown',
    },
    plant: written(() => ''),
  },
  {
    name: 'an env file of 20 MB',
    flips: unread('too-large'),
    plant: written((text) => text + `# ${'x'.repeat(78)}\n`.repeat(260_000)),
  },
  { name: 'an env file with CRLF', flips: {}, plant: written((text) => text.replaceAll('\n', '\r\n')) },
  { name: 'an env file with a byte order mark', flips: {}, plant: written((text) => `\ufeff${text}`) },
  {
    name: 'an env file with escapes in names and values',
    flips: {},
    plant: written((text) => `${text}LOG\u001b[2J_LEVEL=x\nEXTRA="\u001b]0;owned\u0007"\n\u009b31m\n`),
  },
]);
