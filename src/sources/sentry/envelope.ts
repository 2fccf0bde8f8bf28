import type { Dsn } from './dsn.ts';

/**
 * A test event as an envelope: header, item header and item, each one line of JSON (Sentry developer documentation,
 * "Envelopes"; attributes by "Event Payloads").
 * @param id 32 hexadecimal digits
 */
export function testEnvelope(id: string, { now, version }: { now: Date; version: string }): string {
  const event = JSON.stringify({
    event_id: id,
    timestamp: now.toISOString(),
    platform: 'other',
    level: 'info',
    logger: 'svcheck',
    message: { formatted: 'svcheck: a test event, sent by a deployment audit' },
    tags: { svcheck: version },
    fingerprint: ['svcheck-test-event'],
  });
  const header = JSON.stringify({ event_id: id, sent_at: now.toISOString() });
  const item = JSON.stringify({ type: 'event', length: Buffer.byteLength(event), content_type: 'application/json' });
  return `${header}\n${item}\n${event}\n`;
}

/** Sentry developer documentation, "Authentication": version 7, the key, the client. */
export function authHeader({ publicKey, secretKey }: Dsn, version: string): string {
  const secret = secretKey ? `, sentry_secret=${secretKey}` : '';
  return `Sentry sentry_version=7, sentry_client=svcheck/${version}, sentry_key=${publicKey}${secret}`;
}

/** The id with which Sentry acknowledges an event: `{"id": "…"}`; null in any other answer. Pure: never throws. */
export function acknowledgedId(body: string): string | null {
  try {
    const value: unknown = JSON.parse(body);
    const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
    return typeof id === 'string' ? id.replaceAll('-', '').toLowerCase() : null;
  } catch {
    return null;
  }
}

/** What a refusal says: `{"detail": "…"}`, or the X-Sentry-Error header of older versions. */
export function refusalOf(body: string, headers: readonly (readonly [string, string])[]): string {
  const header = headers.find(([name]) => name.toLowerCase() === 'x-sentry-error')?.[1];
  if (header) return header.slice(0, 200);
  try {
    const value: unknown = JSON.parse(body);
    const detail = typeof value === 'object' && value !== null && 'detail' in value ? value.detail : null;
    return typeof detail === 'string' ? detail.slice(0, 200) : '';
  } catch {
    return '';
  }
}
