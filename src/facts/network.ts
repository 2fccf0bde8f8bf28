import { z } from 'zod';
import { StoreAddress } from './env.ts';

const strict = z.strictObject;

/** Where an address lies. Documentation and other reserved ranges count as public: nothing says that they are not routed. */
const addressClasses = [
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
const contactOutcomes = ['accepted', 'refused', 'dropped', 'no-route', 'not-permitted', 'not-asked'] as const;
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

const address = {
  address: z.string(),
  class: z.enum(addressClasses),
  /** `origin`: site.origin, the address behind a network; `site`: what the name resolves to, or site.resolve says. */
  role: z.enum(['site', 'origin']),
  /** The network whose published ranges hold it; null where none does. */
  edge: strict({ id: z.string(), name: z.string() }).nullable(),
};

/** What stands before the site, by addresses first, by headers beside them. */
const Edge = strict({
  host: z.string(),
  addresses: z.array(strict(address)),
  /** Why one family's addresses are not known; null where both are. */
  unresolved: z.string().nullable(),
  /** The network that an answer names in its headers; null where none was recognised, or no answer came. */
  header: z.string().nullable(),
  originDeclared: z.boolean(),
  /** As svcheck.yaml has them: network.waf and network.ddos. */
  declared: strict({ waf: z.string().nullable(), ddos: z.string().nullable() }),
  /** The lists that were held against the addresses. `ddos`: the provider documents protection against floods. */
  lists: z.array(strict({ id: z.string(), name: z.string(), date: z.string(), ddos: z.boolean() })),
});
export type Edge = z.infer<typeof Edge>;

/** The ports of the addresses that are ours, as somebody from outside meets them. Absent unless the vantage is outside. */
const Ports = strict({
  allowed: z.array(z.number()),
  waitedMs: z.number(),
  /** Where svcheck knows its addresses from: site.origin or the site's name. */
  from: z.string(),
  addresses: z.array(
    strict({
      ...address,
      ports: z.array(strict({ port: z.number(), outcome: z.enum(contactOutcomes) })),
      /** A port on which nobody listens as a rule: what answers there answers everywhere. */
      control: z.enum(contactOutcomes),
    }),
  ),
});
export type Ports = z.infer<typeof Ports>;

/** One request of three: `reset` where the connection was cut instead of an answer. */
const Asked = strict({
  status: z.number().nullable(),
  outcome: z.enum(['answered', 'reset', 'failed']),
  detail: z.string(),
});

const Waf = strict({
  url: z.string(),
  /** A plain query, the same parameters as an attack would have them, and the plain one again. */
  plain: Asked,
  attack: Asked,
  again: Asked,
  declared: z.string().nullable(),
  header: z.string().nullable(),
});
export type Waf = z.infer<typeof Waf>;

export const networkFacts = {
  'network.edge': Edge,
  'network.ports': Ports,
  'network.waf': Waf,
  'network.database': StoreExposure,
  'network.redis': StoreExposure,
} as const satisfies Record<string, z.ZodType>;
