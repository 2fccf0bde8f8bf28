import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Kind = Facts['logs.personal']['kinds'][number];

/** In order of what a leak of each does. */
const words: Readonly<Record<Kind['kind'], readonly [one: string, many: string]>> = {
  password: ['password', 'passwords'],
  token: ['token', 'tokens'],
  card: ['card number', 'card numbers'],
  email: ['e-mail address', 'e-mail addresses'],
  phone: ['telephone number', 'telephone numbers'],
};

const FEW = 100;

function faultOf({ kind, count, lines, examples }: Kind): Fault<Kind['kind']> {
  const [one, many] = words[kind];
  const [first] = examples;
  const fields = [...new Set(examples.map(({ field }) => field))].filter((field) => field !== 'line');
  return {
    reason: kind,
    because: `${count} ${count === 1 ? one : many} in ${lines} ${lines === 1 ? 'line' : 'lines'}${first ? `, such as ${first.masked} in ${first.field}` : ''}`,
    fix:
      fields.length > 0
        ? `redact ${fields.join(', ')} in the logger (pino: redact: [${fields.map((field) => `'${field}'`).join(', ')}])`
        : `keep ${many} out of the messages that are logged`,
    findings: examples.map(({ line, field, masked }) => ({
      where: `line ${line} of the sample, ${field}`,
      what: `${one} ${masked}`,
    })),
  };
}

export const piiLogs = defineCheck({
  id: 'gdpr.pii-logs',
  item: 'PII masking in logs',
  rule: {
    pass: 'no e-mail address, card number (issuer prefix, length, Luhn; never in time or id fields), phone, token or password in the sampled lines',
    fail: 'count by kind, a masked example',
  },
  why: 'Logs are copied, kept and read by many: personal data in them is processed without need (GDPR, article 5), and a token in them is as good as stolen.',
  remedy:
    "pino: redact: { paths: ['req.headers.authorization', 'req.headers.cookie', '*.email', '*.password', '*.token'], censor: '[redacted]' }, and log user ids in place of addresses.",
  docs: [
    'https://eur-lex.europa.eu/eli/reg/2016/679/oj',
    'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude',
    'https://getpino.io/#/docs/redaction',
  ],
  reasons: {
    'none-found': 'the sampled lines hold nothing of the kinds looked for',
    password: 'a password, or an address with one',
    token: 'a token or key',
    card: 'a card number',
    email: 'an e-mail address',
    phone: 'a telephone number',
    'no-lines': 'the log source holds no line',
    'few-lines': 'the log source holds few lines',
  },
  ways: (make) => [
    make.probe({
      how: 'the last 1,000 lines of the configured log source',
      settings: ['logs'],
      needs: ['logs.personal'],
      judge({ 'logs.personal': { source, lines, note, kinds } }) {
        if (lines === 0)
          return {
            status: 'unclear',
            reason: 'no-lines',
            because: `${source} holds no line${note ? `: ${note}` : ''}`,
          };
        const order = Object.keys(words);
        const worst = [...kinds].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
        const seen = { lines, ...Object.fromEntries(worst.map(({ kind, count }) => [kind, count])) };
        const few = { reason: 'few-lines' as const, text: `only ${lines} lines were there to look at` };
        const because = `${lines} lines hold no e-mail address, card number, telephone number, token or password`;
        const warnings = lines < FEW ? [few] : [];
        return failOrPass(worst.map(faultOf), { reason: 'none-found', because }, { seen, warnings });
      },
    }),
    make.attest('Are personal data and secrets masked in the logs of production?', 90),
  ],
});
