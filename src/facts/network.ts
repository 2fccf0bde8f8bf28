import { z } from 'zod';
import { StoreAddress } from './env.ts';

const strict = z.strictObject;

/** Where an address lies. Documentation and other reserved ranges count as public: nothing says that they are not routed. */
export const addressClasses = [
  'public',
  'private',
  'carrier-grade-nat',
  'unique-local',
  'link-local',
  'loopback',
  'unspecified',
] as const;
export type AddressClass = (typeof addressClasses)[number];

/**
 * What came of one plain TCP connection. `refused`: somebody said no (RST or ICMP); `dropped`: nobody said anything in
 * time; `no-route`: this machine has no way there; `not-permitted`: this machine does not let it out; `not-asked`: no
 * public address, or beyond the bound.
 */
export const contactOutcomes = ['accepted', 'refused', 'dropped', 'no-route', 'not-permitted', 'not-asked'] as const;
export type ContactOutcome = (typeof contactOutcomes)[number];

const StoreHost = strict({
  host: z.string(),
  port: z.number(),
  /** This machine itself, or a socket in the file system. */
  local: z.boolean(),
  /** Whose managed service it is, by the domain; null where it is no known one. */
  provider: z.string().nullable(),
  resolution: strict({
    outcome: z.enum(['ok', 'nxdomain', 'nodata', 'servfail', 'refused', 'timeout', 'not-asked']),
    because: z.string(),
    /** Why one family's addresses are not known; null where both are. */
    incomplete: z.string().nullable(),
  }),
  addresses: z.array(
    strict({
      address: z.string(),
      class: z.enum(addressClasses),
      outcome: z.enum(contactOutcomes),
      /** The system's word on it; empty where it was not asked. */
      detail: z.string(),
    }),
  ),
});

/** A store's hosts as somebody from outside meets them. Absent unless the vantage is declared to be outside. */
const StoreExposure = strict({
  key: z.string(),
  via: StoreAddress.shape.via,
  /** How long a connection was waited for, milliseconds. */
  waitedMs: z.number(),
  hosts: z.array(StoreHost),
});
export type StoreExposure = z.infer<typeof StoreExposure>;

export const networkFacts = {
  'network.database': StoreExposure,
  'network.redis': StoreExposure,
} as const satisfies Record<string, z.ZodType>;
