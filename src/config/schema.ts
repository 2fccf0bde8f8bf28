import { z } from 'zod';
import { command, day, duration, memory, path, region, secret, table, webUrl } from './fields.ts';

const strict = z.strictObject;

const site = strict({
  url: webUrl().optional(),
  http: webUrl().optional(),
  origin: z.string().optional(),
  pages: z.array(path()).max(50).optional(),
  api: z.array(path()).default([]),
  redirect: path().optional(),
  health: z
    .union([
      z.array(z.union([path(), webUrl()])).min(1),
      strict({ summary: z.string().optional(), live: z.string().optional(), ready: z.string().optional() }),
    ])
    .optional(),
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  resolve: z
    .record(z.string(), z.string().regex(/^.+:\d+$/, 'expected an address with a port: 127.0.0.1:8443'))
    .default({}),
  proxy: webUrl().optional(),
  headers: z.record(z.string(), secret()).default({}),
});

const via = z.enum(['direct', 'proxy', 'mesh']).default('direct');

const postgres = strict({
  url: secret().optional(),
  ca: z.string().optional(),
  pooler: strict({ kind: z.literal('pgbouncer'), admin: secret().optional() }).optional(),
  via,
  appRole: z.string().optional(),
  statementTimeout: duration().default(5000),
});

const redis = strict({
  url: secret().optional(),
  ca: z.string().optional(),
  via,
  queues: z.array(z.string()).default([]),
  queuePrefix: z.string().default('bull'),
  cachePrefixes: z.array(z.string().min(1)).max(50).default([]),
  podMemory: memory().optional(),
});

const folder = strict({
  kind: z.literal('folder'),
  path: z.string(),
  pattern: z.string().default('*'),
  host: z.string().optional(),
});

const backups = strict({
  source: folder.optional(),
  decrypt: command().optional(),
  verify: z.enum(['newest', 'all', 'none']).default('newest'),
  verifyTimeout: duration().default(600_000),
});

const domain = () =>
  z.string().regex(/^[^\s@/:]+\.[^\s@/:]+$/, 'expected a domain such as example.com, without address or scheme');

/** Providers whose SPF include and DKIM selectors are known. */
export const emailProviders = ['brevo', 'ses', 'mailgun', 'mailjet', 'postmark', 'resend', 'sendgrid'] as const;

const email = strict({
  domain: domain().optional(),
  returnPath: domain().optional(),
  provider: z.enum(emailProviders).optional(),
  selectors: z.array(z.string().min(1)).max(50).default([]),
  api: webUrl().optional(),
  regions: z.array(region()).min(1).max(20).optional(),
  tables: strict({ sends: table().optional(), webhooks: table().optional(), templates: table().optional() }).prefault(
    {},
  ),
  webhook: strict({ path: path().optional(), header: secret().optional() }).prefault({}),
  sample: z.string().optional(),
});

const aws = strict({
  profile: z.string().min(1).optional(),
  region: region().optional(),
  endpoints: strict({ ses: webUrl().optional(), cloudwatch: webUrl().optional() }).prefault({}),
});

const ports = () => z.array(z.int().min(1).max(65_535)).min(1).max(100);

/** A provider by its name in small letters. */
const provider = () => z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected the name of a provider such as cloudflare');

/** Services that ought not to be open to everybody, and where applications listen in development. */
const servicePorts = [
  21, 22, 23, 25, 80, 110, 111, 135, 139, 143, 389, 443, 445, 1433, 1521, 2049, 2375, 2376, 2379, 3000, 3306, 3389,
  4173, 5000, 5173, 5432, 5601, 5672, 5900, 5984, 6379, 6432, 6443, 8000, 8080, 8443, 8888, 9000, 9090, 9093, 9100,
  9200, 10250, 11211, 15672, 26379, 27017,
];

const network = strict({
  ports: ports().default(servicePorts),
  allowed: ports().default([80, 443]),
  waf: provider().optional(),
  ddos: provider().optional(),
});

const log = z.union([strict({ file: z.string() }), strict({ command: command() })]);

/** Why, who and until when: what every exception must say. */
const exception = { why: z.string().min(1), owner: z.string().min(1), until: day() };

/** The gate's words; `regression` needs a baseline, which this version does not have. */
export const gateWords = ['fail', 'error', 'manual', 'warning'] as const;

const gate = strict({
  'fail-on': z
    .array(z.enum(gateWords))
    .min(1, 'expected at least one of fail, error, manual, warning')
    .default(['fail', 'error']),
  require: z.literal('ready').optional(),
  'never-waive': z.array(z.string()).default([]),
  'never-attest': z.array(z.string()).default([]),
  advisory: z.array(z.string()).default([]),
  'max-waivers': z.int().min(0).optional(),
});

/** The settings of one target; the root of svcheck.yaml has the same. */
const targetSettings = {
  name: z.string().optional(),
  'go-live': day().optional(),
  site: site.prefault({}),
  active: z.boolean().default(false),
  vantage: z.enum(['outside', 'inside']).optional(),
  env: strict({
    example: z.string().default('.env.example'),
    files: z.array(z.string()).optional(),
    process: z.boolean().default(false),
  }).prefault({}),
  instances: z.int().min(1).optional(),
  staging: z.string().optional(),
  development: z.string().optional(),
  secrets: strict({ keys: z.array(z.string()).default([]), ignore: z.array(z.string()).default([]) }).prefault({}),
  repository: z.string().default('.'),
  artifact: z.string().optional(),
  registry: strict({ url: webUrl(), token: secret().optional() }).optional(),
  postgres: postgres.prefault({}),
  redis: redis.prefault({}),
  dns: strict({ servers: z.array(z.string()).min(1), ca: z.string().optional() }).optional(),
  email: email.prefault({}),
  aws: aws.prefault({}),
  network: network.prefault({}),
  logs: log.optional(),
  sentry: strict({ dsn: z.string().optional(), ca: z.string().optional() }).prefault({}),
  backups: backups.prefault({}),
  'not-applicable': z.array(strict({ check: z.string(), ...exception })).default([]),
  waivers: z.array(strict({ check: z.string(), reasons: z.array(z.string()).min(1), ...exception })).default([]),
  allow: z.array(strict({ fingerprint: z.string().min(1), ...exception })).default([]),
  gate: gate.prefault({}),
};

/**
 * The schema of the merged settings of one target. `expect` is built from the registry, which config does not know:
 * the caller hands it in.
 */
export function settingsSchema(expect: z.ZodObject) {
  return strict({ version: z.literal(1).default(1), ...targetSettings, expect: expect.prefault({}) });
}

export type Settings = Omit<z.output<ReturnType<typeof settingsSchema>>, 'expect'> & {
  /** By check id; the shape is the check's own. */
  expect: Readonly<Record<string, unknown>>;
};

/** The whole file, for the JSON Schema that editors use: the root's settings, and the same again for each target. */
export function fileSchema(expect: z.ZodObject) {
  const settings = settingsSchema(expect);
  return settings.extend({
    $schema: z.string().optional(),
    targets: z.record(z.string(), settings.omit({ version: true })).optional(),
  });
}
