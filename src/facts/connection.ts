import { z } from 'zod';

/** The attempt to connect to a service, always known once an address is configured. */
const connectionOutcomes = [
  'ok',
  'refused',
  'auth',
  'wrong-protocol',
  'nxdomain',
  'timeout',
  'dns',
  'tls',
  'reset',
] as const;

export const Connection = z.strictObject({
  outcome: z.enum(connectionOutcomes),
  host: z.string(),
  port: z.number(),
  /** What the server or the system said, in one line; empty when ok. */
  detail: z.string(),
  /** Round trip of a trivial command on the open session, milliseconds. */
  roundTripMs: z.number().nullable(),
});
export type Connection = z.infer<typeof Connection>;
