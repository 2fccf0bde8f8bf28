import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Shape = Facts['logs.shape'];
type Fails = 'not-structured' | 'debug-level';

/** The share of lines that must be structured: a start-up banner or a library's own line is no fault. */
const SHARE = 0.99;
/** Fewer lines than this may not show what the application writes under load. */
const FEW = 100;

const words: Readonly<Record<Shape['bad'][number]['fault'], string>> = {
  'not-json': 'no JSON',
  'no-level': 'without a level',
  'no-time': 'without a time',
  'no-message': 'without a message',
};

function faultsOf(shape: Shape): Fault<Fails>[] {
  const faults: Fault<Fails>[] = [];
  if (shape.structured < shape.lines * SHARE) {
    const kinds = shape.bad.map(({ fault }) => fault).filter((fault, index, all) => all.indexOf(fault) === index);
    const counts = kinds.map((fault) => `${shape.faults[fault] ?? 0} ${words[fault]}`).join(', ');
    faults.push({
      reason: 'not-structured',
      because: `${shape.lines - shape.structured} of ${shape.lines} lines are not structured: ${counts}`,
      fix: 'write each line as one JSON object with level, time and message (pino does so as it is)',
      findings: shape.bad.map(({ line, fault, shape: masked }) => ({
        where: `line ${line} of the sample`,
        what: `${words[fault]}: ${masked}`,
      })),
    });
  }
  const debug = (shape.levels.debug ?? 0) + (shape.levels.trace ?? 0);
  if (debug > 0) {
    const because = `${debug} of ${shape.lines} lines are of level debug or trace`;
    faults.push({
      reason: 'debug-level',
      because,
      fix: 'set LOG_LEVEL=info (or the like) in the production env and restart',
    });
  }
  return faults;
}

export const logging = defineCheck({
  id: 'application.logging',
  item: 'Logging configured (structured JSON)',
  rule: {
    pass: 'of the last 1,000 lines of the configured log source (a file or a command), 99% parse as JSON with level, time and message, and the level is not debug',
    fail: 'plain-text lines (shown, redacted), debug level in production',
  },
  why: 'Lines that a log store can take apart are found and counted during an incident; plain text is not, and debug lines drown the rest and tell more than they should.',
  remedy:
    'Log through pino with level info and write to standard output; pass its logger to libraries that print text by themselves, and keep pino-pretty for development.',
  docs: [
    'https://getpino.io/#/docs/api?id=logger-instance',
    'https://www.elastic.co/guide/en/ecs/current/ecs-log.html',
    'https://cloud.google.com/logging/docs/structured-logging',
  ],
  reasons: {
    structured: '99% of the lines are JSON with level, time and message, and none is of level debug',
    'not-structured': 'more than 1% of the lines are plain text or lack level, time or message',
    'debug-level': 'lines of level debug or trace are written in production',
    'no-lines': 'the log source holds no line',
    'few-lines': 'the log source holds few lines',
  },
  ways: (make) => [
    make.probe({
      how: 'the last 1,000 lines of the configured log source',
      settings: ['logs'],
      needs: ['logs.shape'],
      judge({ 'logs.shape': shape }) {
        const { source, lines, json, structured, levels, note } = shape;
        if (lines === 0)
          return {
            status: 'unclear',
            reason: 'no-lines',
            because: `${source} holds no line${note ? `: ${note}` : ''}`,
          };
        const few = { reason: 'few-lines' as const, text: `only ${lines} lines were there to look at` };
        const because = `${structured} of ${lines} lines are JSON with level, time and message, none of level debug`;
        return failOrPass(
          faultsOf(shape),
          { reason: 'structured', because },
          { seen: { lines, json, structured, levels }, warnings: lines < FEW ? [few] : [] },
        );
      },
    }),
    make.attest('Does the application write structured JSON at level info or above in production?', 90),
  ],
});
