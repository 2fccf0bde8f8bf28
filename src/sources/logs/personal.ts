import type { z } from 'zod';
import type { Target } from '../../config/target.ts';
import { type logsFacts, personalKinds } from '../../facts/logs.ts';
import { placeholderKind } from '../env/placeholder.ts';
import { secretsOf } from '../env/secret-keys.ts';
import { credentialsIn } from './credentials.ts';
import { domainTest, emailsIn, type IsDomain } from './email.ts';
import { type FieldValue, printablePath, valuesOf } from './fields.ts';
import { cardsIn, phonesIn } from './numbers.ts';
import type { LogSample } from './read.ts';

type Personal = z.infer<(typeof logsFacts)['logs.personal']>;
type Kind = (typeof personalKinds)[number];

export interface Hit {
  kind: Kind;
  field: string;
  masked: string;
}

/** A secret of the env under audit: wherever its value stands, it has leaked. */
export interface OwnSecret {
  key: string;
  value: string;
}

const EXAMPLES = 3;
/** contract.md: shorter values are ordinary words too often to be searched for. */
const SHORTEST = 8;

/** What the sampled lines hold of people's data and of secrets, by kind. */
export async function gatherKinds({ source, lines, note }: LogSample, target: Target): Promise<Personal> {
  const isDomain = await domainTest();
  const own = ownSecrets(target);
  const kinds = new Map(
    personalKinds.map((kind) => [
      kind,
      { kind, count: 0, lines: 0, examples: [] as Personal['kinds'][number]['examples'] },
    ]),
  );
  for (const [index, line] of lines.entries()) {
    const hits = hitsIn(line, isDomain, own);
    for (const { kind, field, masked } of hits) {
      const one = kinds.get(kind);
      if (!one) continue;
      one.count += 1;
      if (one.examples.length < EXAMPLES) one.examples.push({ line: index + 1, field, masked });
    }
    for (const kind of new Set(hits.map((hit) => hit.kind))) {
      const one = kinds.get(kind);
      if (one) one.lines += 1;
    }
  }
  return { source, lines: lines.length, note, kinds: [...kinds.values()].filter(({ count }) => count > 0) };
}

function ownSecrets(target: Target): OwnSecret[] {
  return secretsOf(target.env, target)
    .map(({ key, value }) => ({ key, value: value.reveal() }))
    .filter(({ value }) => value.length >= SHORTEST && placeholderKind(value) === null);
}

/** The hits of one line; the same value counts once a line, however often it is repeated. Pure: never throws. */
export function hitsIn(line: string, isDomain: IsDomain, own: readonly OwnSecret[]): Hit[] {
  const found = new Map<string, Hit>();
  for (const value of valuesOf(line)) {
    const field = printablePath(value.path);
    for (const { kind, text, masked } of findings(value, isDomain, own)) {
      const id = `${kind} ${text}`;
      if (!found.has(id)) found.set(id, { kind, field, masked });
    }
  }
  return [...found.values()];
}

function findings(value: FieldValue, isDomain: IsDomain, own: readonly OwnSecret[]) {
  const leaked = own.filter((secret) => value.text.includes(secret.value));
  const credentials = leaked.length > 0 ? [] : credentialsIn(value);
  return [
    ...leaked.map(({ key, value: text }) => ({
      kind: /PASS|PWD|URL/.test(key) ? ('password' as const) : ('token' as const),
      text,
      masked: `the value of ${key}`,
    })),
    ...emailsIn(value, isDomain).map((text) => ({ kind: 'email' as const, text, masked: maskedEmail(text) })),
    ...cardsIn(value).map((text) => ({
      kind: 'card' as const,
      text,
      masked: '*'.repeat(text.length - 4) + text.slice(-4),
    })),
    ...phonesIn(value).map((text) => ({
      kind: 'phone' as const,
      text,
      masked: text.replace(/\d(?=(?:\D*\d){2})/g, '*'),
    })),
    ...credentials.map(({ kind, value: text }) => ({
      kind,
      text,
      masked: kind === 'token' && text.length >= 20 ? `${text.slice(0, 3)}***` : '***',
    })),
  ];
}

/** `jane.doe@example.com` -> `j***@e***.com` */
function maskedEmail(text: string): string {
  const [local = '', domain = ''] = text.split(/@|%40/i);
  return `${local.slice(0, 1)}***@${domain.slice(0, 1)}***${domain.slice(domain.lastIndexOf('.'))}`;
}
