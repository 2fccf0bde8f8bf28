import { inNetwork } from './address.ts';
import type { Directive, Mechanism } from './grammar.ts';
import { isBelow, type Session, SpfError, spfLimits } from './session.ts';

/** Whether a directive of a domain's record matches the client. Throws SpfError for what ends the check. */
type Matcher = (session: Session, directive: Directive, domain: string) => Promise<boolean>;

/** The mechanisms of RFC 7208 section 5, save include, which is check_host() again. */
export const matchers: Readonly<Record<Exclude<Mechanism, 'include'>, Matcher>> = {
  all: async () => true,
  ip4: async (session, directive) => inDirective(session, directive, 4),
  ip6: async (session, directive) => inDirective(session, directive, 6),
  a: async (session, { text, domain: spec, prefix4, prefix6 }, domain) => {
    session.count(text);
    return session.hasAddress(await session.target(spec, domain, text), prefix4, prefix6, text);
  },
  mx: async (session, directive, domain) => {
    session.count(directive.text);
    return mx(session, directive, await session.target(directive.domain, domain, directive.text));
  },
  ptr: async (session, { text, domain: spec }, domain) => {
    session.count(text);
    const target = await session.target(spec, domain, text);
    const { names, empty } = await session.validatedNames();
    if (empty) session.countVoid('the client’s address', text);
    return names.some((name) => isBelow(name, target));
  },
  // "The resulting domain name is used for a DNS A RR lookup (even when the connection type is IPv6)" (section 5.7).
  exists: async (session, { text, domain: spec }, domain) => {
    session.count(text);
    return (await session.records(await session.target(spec, domain, text), 'A', text)).length > 0;
  },
};

function inDirective({ client }: Session, { network, prefix4, prefix6 }: Directive, family: 4 | 6): boolean {
  if (network === null || client.address.family !== family) return false;
  return inNetwork(client.address, network, family === 4 ? prefix4 : prefix6);
}

/** In the order of preference; an eleventh name is not asked for (sections 5.4 and 4.6.4). There is no implicit MX. */
async function mx(session: Session, { text, prefix4, prefix6 }: Directive, target: string): Promise<boolean> {
  const answers = await session.records(target, 'MX', text);
  const exchanges = answers.flatMap((one) => (one.type === 'MX' ? [one] : [])).sort((a, b) => a.priority - b.priority);
  for (const [index, { target: host }] of exchanges.entries()) {
    if (index >= spfLimits.names) {
      throw new SpfError(
        'permerror',
        `${text}: ${target} has ${exchanges.length} MX records; ${spfLimits.names} are looked up`,
      );
    }
    if (await session.hasAddress(host, prefix4, prefix6, text)) return true;
  }
  return false;
}
