import type { ServerResponse } from 'node:http';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { type Authority, createAuthority } from '../../fixtures/servers/certificates.ts';
import {
  type Ses,
  type SesDestination,
  sesError,
  type SesOptions,
  sesTestKeys,
  startSes,
} from '../../fixtures/servers/ses-stand-in.ts';
import type { FactName } from '../../src/facts/index.ts';
import { profileOf } from '../../src/sources/provider/credentials.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { tree } from '../support/tree.ts';

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
});

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function ses(options: SesOptions = {}): Promise<Ses> {
  const { chainPem: cert, keyPem: key } = authority.issue({ names: ['127.0.0.1'] });
  const server = await startSes({ tls: { cert, key }, ...options });
  cleanups.push(() => server.finish());
  return server;
}

/** Puts the process's environment back. */
const restore = async (): Promise<void> => {
  delete process.env.AWS_SHARED_CREDENTIALS_FILE;
};

const env = {
  EMAIL_PROVIDER: 'ses',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: sesTestKeys.id,
  AWS_SECRET_ACCESS_KEY: sesTestKeys.secret,
};

function look<N extends FactName>(name: N, { port }: { port: number }, more: LookOptions = {}) {
  const { path: base } = tree({ 'ca.pem': authority.certPem });
  const endpoint = `https://127.0.0.1:${port}`;
  const store = storeFor({
    base,
    env,
    trustedHosts: [`127.0.0.1:${port}`],
    ...more,
    settings: {
      email: { domain: 'example.com' },
      aws: { endpoints: { ses: endpoint, cloudwatch: endpoint } },
      site: { url: 'https://app.example.com', ca: 'ca.pem' },
      ...more.settings,
    },
  });
  cleanups.push(() => store.close());
  return store.get(name);
}

describe('the account', () => {
  test('accepts a signed call', async () => {
    const server = await ses({ expects: ['account'] });
    expect(await look('provider.account', server)).toMatchObject({
      state: 'known',
      value: {
        provider: 'ses',
        by: 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY',
        answers: [
          { at: 'SES eu-west-1', outcome: 'accepted', production: true, sending: true, enforcement: 'HEALTHY' },
        ],
      },
    });
  });

  test('with a session token', async () => {
    const server = await ses({ token: 'FwoGZXIvYXdzEXAMPLE+/=' });
    const more = { env: { ...env, AWS_SESSION_TOKEN: 'FwoGZXIvYXdzEXAMPLE+/=' } };
    expect(await look('provider.account', server, more)).toMatchObject({
      value: { answers: [{ outcome: 'accepted' }] },
    });
  });

  test('in the sandbox, paused, on probation', async () => {
    const server = await ses({ account: { production: false, sending: false, enforcement: 'PROBATION' } });
    expect(await look('provider.account', server)).toMatchObject({
      value: { answers: [{ production: false, sending: false, enforcement: 'PROBATION' }] },
    });
  });

  test.each([
    ['an unknown key', { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7OTHERSS' }, 'UnrecognizedClientException'],
    ['a wrong secret', { AWS_SECRET_ACCESS_KEY: sesTestKeys.secret.toUpperCase() }, 'InvalidSignatureException'],
  ])('refuses %s: that is an answer', async (_name, wrong, detail) => {
    const server = await ses();
    const fact = await look('provider.account', server, { env: { ...env, ...wrong } });
    expect(fact).toMatchObject({ state: 'known', value: { answers: [{ outcome: 'invalid', detail }] } });
    for (const value of Object.values({ ...env, ...wrong }).filter((one) => one.length > 15))
      expect(JSON.stringify(fact)).not.toContain(value);
  });

  test('knows the key, which may not ask', async () => {
    const denied = (response: ServerResponse) => sesError(response, 403, 'AccessDeniedException');
    const server = await ses({ answers: { account: denied } });
    expect(await look('provider.account', server)).toMatchObject({
      value: { answers: [{ outcome: 'not-permitted', lacks: expect.stringContaining('allow ses:GetAccount') }] },
    });
  });

  test('is asked in each configured region, each signed for', async () => {
    const server = await ses({ region: 'us-east-1' });
    const settings = {
      email: { regions: ['us-east-1', 'us-east-1'] },
      aws: { endpoints: { ses: `https://127.0.0.1:${server.port}` } },
    };
    expect(await look('provider.account', server, { settings })).toMatchObject({
      value: { answers: [{ at: 'SES us-east-1' }] },
    });
    expect(server.asked.account).toBe(1);
  });

  test('is no fact without a region or without credentials', async () => {
    const settings = { aws: { profile: 'audit' } };
    const { AWS_REGION: _, ...rest } = env;
    expect(await look('provider.account', { port: 1 }, { env: rest })).toMatchObject({ add: 'email.regions' });
    const { AWS_SECRET_ACCESS_KEY: __, ...half } = env;
    process.env.AWS_SHARED_CREDENTIALS_FILE = '/nonexistent/credentials';
    cleanups.push(restore);
    expect(await look('provider.account', { port: 1 }, { env: half, settings })).toMatchObject({ add: 'aws.profile' });
  });
});

describe('credentials', () => {
  const text = `[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key=other

[ profile audit ]
aws_access_key_id=${sesTestKeys.id}
aws_secret_access_key = ${sesTestKeys.secret}
# aws_session_token = no
region = eu-west-1
`;

  test('of the profile that aws.profile names', async () => {
    const server = await ses({ account: { identities: { 'example.com': { verified: true, dkim: 'SUCCESS' } } } });
    const file = tree({ credentials: text }).path;
    process.env.AWS_SHARED_CREDENTIALS_FILE = `${file}/credentials`;
    cleanups.push(restore);
    const settings = {
      aws: { profile: 'audit', region: 'eu-west-1', endpoints: { ses: `https://127.0.0.1:${server.port}` } },
    };
    const none = { EMAIL_PROVIDER: 'ses' };
    expect(await look('provider.domain', server, { settings, env: none })).toMatchObject({ state: 'known' });
    expect(await look('provider.account', server, { settings, env: none })).toMatchObject({
      value: { by: 'the profile audit' },
    });
  });

  test('profiles are told apart, and no text makes the parser throw', () => {
    expect(profileOf(text, 'default')).toEqual({ aws_access_key_id: 'AKIADEFAULT', aws_secret_access_key: 'other' });
    expect(profileOf(text, 'audit').aws_session_token).toBeUndefined();
    expect(profileOf(text, 'none')).toEqual({});
    fc.assert(fc.property(fc.string(), fc.string(), (content, profile) => void profileOf(content, profile)));
  });

  test('go to no host that svcheck.yaml alone names, though it ends in amazonaws.com', async () => {
    for (const ses of [
      'https://ec2-192-0-2-7.compute.amazonaws.com',
      'https://email.eu-west-1.amazonaws.com.evil.example',
    ])
      expect(await look('provider.account', { port: 1 }, { settings: { aws: { endpoints: { ses } } } })).toMatchObject({
        cause: 'not-permitted',
      });
  });
});

describe('the sending domain', () => {
  test('verified, pending, unknown', async () => {
    const identities = {
      'example.com': { verified: true, dkim: 'SUCCESS' },
      'new.example': { verified: false, dkim: 'PENDING' },
    };
    const server = await ses({ account: { identities }, expects: ['identity'] });
    const of = (domain: string) => {
      const aws = { endpoints: { ses: `https://127.0.0.1:${server.port}` } };
      return look('provider.domain', server, { settings: { email: { domain }, aws } });
    };
    expect(await of('example.com')).toMatchObject({
      value: {
        answers: [
          {
            ...{ known: true, verified: true, authenticated: true, status: 'SUCCESS' },
            records: [{ host: '4b3zwpmoyk7vq5._domainkey.example.com', type: 'CNAME', seen: true }, {}, {}],
          },
        ],
      },
    });
    expect(await of('new.example')).toMatchObject({
      value: { answers: [{ known: true, verified: false, status: 'PENDING' }] },
    });
    expect(await of('news.mail.example.com')).toMatchObject({
      value: {
        domain: 'news.mail.example.com',
        answers: [{ at: 'SES eu-west-1 (as example.com)', known: true, verified: true }],
      },
    });
    expect(await of('other.example')).toMatchObject({ value: { answers: [{ known: false }] } });
  });
});

describe('event destinations', () => {
  const to = (kind: SesDestination['kind'], events: string[], enabled = true): SesDestination => ({
    ...{ name: 'all', kind, events, enabled },
  });

  test('of every configuration set, on three pages', async () => {
    const sets = {
      main: [to('SnsDestination', ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT'])],
      bulk: [to('EventBridgeDestination', ['BOUNCE']), to('CloudWatchDestination', ['OPEN'], false)],
      none: [],
    };
    const server = await ses({ account: { sets }, page: 1, expects: ['sets', 'destinations'] });
    expect(await look('provider.destinations', server)).toMatchObject({
      value: {
        asked: ['SES eu-west-1'],
        destinations: [
          { kind: 'sns', name: 'main/all', enabled: true, events: ['delivered', 'bounce', 'complaint'] },
          { kind: 'eventbridge', name: 'bulk/all', events: ['bounce'] },
          { kind: 'cloudwatch', enabled: false, events: [] },
        ],
      },
    });
    expect(server.asked.sets).toBe(3);
  });
});

describe('statistics', () => {
  test('of CloudWatch, by day', async () => {
    const now = new Date('2026-11-24T12:00:00Z');
    const metrics = {
      Send: {
        '2026-11-24': 700,
        '2026-11-23': 500,
        '2026-10-26': 7,
        '2026-10-25': 90,
        '2026-09-01': 10,
        '2026-01-01': 5,
      },
      Delivery: { '2026-11-24': 690, '2026-11-23': 495, '2026-10-25': 90 },
      Bounce: { '2026-11-24': 10, '2026-11-23': 5 },
      Complaint: { '2026-11-23': 1 },
    };
    const server = await ses({ account: { metrics }, expects: ['statistics'] });
    expect(await look('provider.statistics', server, { now })).toMatchObject({
      value: {
        ...{ sent: 1207, delivered: 1185, bounced: 15, complained: 1, held: 0, earlier: 100 },
        days: [
          { date: '2026-10-26', count: 7 },
          { date: '2026-11-23', count: 500 },
          { date: '2026-11-24', count: 700 },
        ],
      },
    });
  });
});

describe('an API that does not answer as documented', () => {
  const body =
    (text: string, status = 200, headers = {}) =>
    (response: ServerResponse) =>
      void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  const good = '{"EnforcementStatus":"HEALTHY","ProductionAccessEnabled":true,"SendingEnabled":true}';

  test.each<[string, (response: ServerResponse) => void, string, RegExp]>([
    ['500', body('{}', 500), 'refused', /500/],
    ['400 without a type', body('{}', 400), 'malformed', /400/],
    ['JSON that is cut', body(good.slice(0, 40)), 'malformed', /no JSON/],
    ['a word in place of true', body(good.replace('true', '"true"')), 'malformed', /ProductionAccessEnabled/],
    ['a field left out', body(good.replace('SendingEnabled', 'Sending')), 'malformed', /SendingEnabled/],
    ['429 for an hour', body('{}', 429, { 'retry-after': '3600' }), 'rate-limited', /429/],
  ])('%s', async (_name, account, cause, because) => {
    const server = await ses({ answers: { account } });
    expect(await look('provider.account', server)).toMatchObject({
      state: 'unreachable',
      cause,
      because: expect.stringMatching(because),
    });
  });

  test('401 and 403 of the other routes name what to grant', async () => {
    const answers = {
      identity: (response: ServerResponse) => sesError(response, 403, 'AccessDeniedException'),
      sets: (response: ServerResponse) => sesError(response, 403, 'ExpiredTokenException'),
      statistics: (response: ServerResponse) =>
        void response
          .writeHead(400, { 'content-type': 'application/json' })
          .end('{"__type":"com.amazon.coral.service#AccessDeniedException"}'),
    };
    const server = await ses({ answers });
    expect(await look('provider.domain', server)).toMatchObject({
      cause: 'not-permitted',
      fix: expect.stringContaining('ses:GetEmailIdentity'),
    });
    expect(await look('provider.destinations', server)).toMatchObject({ cause: 'auth' });
    expect(await look('provider.statistics', server)).toMatchObject({
      cause: 'not-permitted',
      fix: expect.stringContaining('cloudwatch:GetMetricStatistics'),
    });
  });

  test('429 without Retry-After is tried again', async () => {
    const account = (response: ServerResponse, asked: number) =>
      body(asked === 1 ? '{}' : good, asked === 1 ? 429 : 200)(response);
    const server = await ses({ answers: { account } });
    expect(await look('provider.account', server)).toMatchObject({ state: 'known' });
  });
});
