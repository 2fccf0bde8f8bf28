/** What a status of a mail, or the name of an event, comes to. */
export type Fate = 'pending' | 'ignored' | 'failed' | 'complained' | 'bounced' | 'delivered' | 'sent';

const words: readonly (readonly [Fate, RegExp])[] = [
  [
    'pending',
    /^(?:pending|queued?|scheduled|draft|created|new|sending|processing|in progress|retry(?:ing)?|deferred|delayed)$/,
  ],
  ['ignored', /^(?:cancell?ed|skipped|suppressed|test|simulated|dry run)$/],
  ['failed', /^(?:fail(?:ed|ure)?|error(?:ed)?|rejected|reject|blocked|dropped|invalid|undeliverable|expired)$/],
  ['complained', /^(?:complain(?:ed|t)|spam(?: ?(?:report(?:ed)?|complaint))?|abuse)$/],
  ['bounced', /^(?:(?:hard|soft|permanent|transient) ?)?bounced?$/],
  ['delivered', /^(?:delivered|delivery|opened|open|clicked|click|read|unsubscribed)$/],
  ['sent', /^(?:sent|send|submitted|accepted|success(?:ful)?|ok|dispatched|completed?|request(?:s|ed)?)$/],
];

/** Null for a word that is not known. @param status in lower case */
export function fateOf(status: string): Fate | null {
  const plain = status
    .trim()
    .replace(/^email[._-]/, '')
    .replace(/[._-]+/g, ' ');
  return words.find(([, pattern]) => pattern.test(plain))?.[0] ?? null;
}

/**
 * Texts of a bounce that are complaints: a reader's report, not a server's refusal of spam (`550 blocked as spam` is a
 * bounce). POSIX, for PostgreSQL's ~*; ECMA-262 reads it alike.
 */
export const COMPLAINT =
  '(complain|feedback[ -]?loop|abuse report|spam report|(report|mark)ed( it| this)? as (spam|junk))';
