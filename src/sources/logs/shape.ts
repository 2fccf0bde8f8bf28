import type { lineFaults, logLevels } from '../../facts/logs.ts';

type LineFault = (typeof lineFaults)[number];
type LogLevel = (typeof logLevels)[number];

export interface LineShape {
  json: boolean;
  fault: LineFault | null;
  level: LogLevel | null;
}

/**
 * The names under which loggers write level, time and message: pino, bunyan, winston, zap, zerolog, logrus, slog, ECS,
 * Google Cloud, OpenTelemetry, Serilog, structlog, GELF, Logstash. A dot stands for a nested object too.
 */
const levelKeys = [
  'level',
  'severity',
  'log.level',
  'lvl',
  'loglevel',
  'logLevel',
  'levelname',
  'severity_text',
  'severityText',
  '@l',
  '@level',
  'priority',
];
const timeKeys = [
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  't',
  'date',
  'datetime',
  '@t',
  'timeUnixNano',
  'timeMillis',
  'asctime',
  'eventTime',
];
const messageKeys = [
  'msg',
  'message',
  '@m',
  '@mt',
  'event',
  'body',
  'short_message',
  'textPayload',
  'text',
  '@message',
];

const names: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  silly: 'trace',
  finest: 'trace',
  finer: 'trace',
  trc: 'trace',
  debug: 'debug',
  dbg: 'debug',
  dbug: 'debug',
  fine: 'debug',
  d: 'debug',
  info: 'info',
  information: 'info',
  informational: 'info',
  inf: 'info',
  i: 'info',
  log: 'info',
  http: 'info',
  default: 'info',
  notice: 'notice',
  warn: 'warn',
  warning: 'warn',
  wrn: 'warn',
  w: 'warn',
  error: 'error',
  err: 'error',
  eror: 'error',
  e: 'error',
  severe: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
  ftl: 'fatal',
  f: 'fatal',
};

/** Looks at one line's form. Pure: never throws. */
export function shapeOf(line: string): LineShape {
  const value = objectOf(line);
  if (!value) return { json: false, fault: 'not-json', level: null };
  const level = firstOf(value, levelKeys, levelOf);
  const fault =
    level === null
      ? 'no-level'
      : !firstOf(value, timeKeys, isTime)
        ? 'no-time'
        : !firstOf(value, messageKeys, isMessage)
          ? 'no-message'
          : null;
  return { json: true, fault, level };
}

function objectOf(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function firstOf<T>(
  value: Record<string, unknown>,
  keys: readonly string[],
  read: (found: unknown, key: string) => T | null,
): T | null {
  for (const key of keys) {
    const found = at(value, key);
    const one = found === undefined ? null : read(found, key);
    if (one !== null && one !== false) return one;
  }
  return null;
}

/** `log.level` as a key of its own (ECS), or as level inside log. */
function at(value: Record<string, unknown>, key: string): unknown {
  if (Object.hasOwn(value, key)) return value[key];
  const [outer = '', inner] = key.split('.');
  const nested = inner === undefined || !Object.hasOwn(value, outer) ? null : value[outer];
  return typeof nested === 'object' && nested !== null ? (nested as Record<string, unknown>)[inner ?? ''] : undefined;
}

function levelOf(value: unknown, key: string): LogLevel | null {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{1,3}$/.test(value)))
    return fromNumber(Number(value), key);
  if (typeof value !== 'string' || value.trim() === '') return null;
  // slog writes DEBUG-4 and INFO+2 for levels in between; colours of a terminal may stand around a name.
  const name = value
    .replace(/\u001b\[[\d;]*m/g, '')
    .trim()
    .toLowerCase()
    .replace(/[+-]\d+$/, '');
  // Serilog's Verbose lies below its Debug; winston's `verbose` does not, and is no debug level.
  if (key === '@l' && name === 'verbose') return 'trace';
  return Object.hasOwn(names, name) ? (names[name] ?? 'other') : 'other';
}

/**
 * pino and bunyan count 10 trace, 20 debug, 30 info … 60 fatal; syslog (RFC 5424 section 6.2.1) 0 emergency … 7 debug;
 * Google Cloud's severity 100 debug, 200 info … 800 emergency.
 */
function fromNumber(level: number, key: string): LogLevel | null {
  if (!Number.isFinite(level) || level < 0) return null;
  if (level <= 7)
    return (
      (['fatal', 'fatal', 'fatal', 'error', 'warn', 'notice', 'info', 'debug'] as const)[Math.floor(level)] ?? 'other'
    );
  if (key === 'severity' && level >= 100)
    return level < 200
      ? 'debug'
      : level < 300
        ? 'info'
        : level < 400
          ? 'notice'
          : level < 500
            ? 'warn'
            : level < 600
              ? 'error'
              : 'fatal';
  return level < 20
    ? 'trace'
    : level < 30
      ? 'debug'
      : level < 40
        ? 'info'
        : level < 50
          ? 'warn'
          : level < 60
            ? 'error'
            : level < 100
              ? 'fatal'
              : 'other';
}

/** From 2001 on, in seconds, milliseconds, microseconds or nanoseconds. */
const isEpoch = (value: number): boolean => value >= 1e9 && value < 1e20;

function isTime(value: unknown): boolean {
  if (typeof value === 'number') return isEpoch(value);
  if (typeof value === 'string') {
    return (
      /^\d{10,20}(?:\.\d+)?$/.test(value) || (/\d/.test(value) && value.length < 64 && !Number.isNaN(dateOf(value)))
    );
  }
  // Google Cloud: {"seconds": 1700000000, "nanos": 0}
  return typeof value === 'object' && value !== null && 'seconds' in value;
}

/** Python and Java write 2026-11-24 12:00:00,123: a comma before the fraction (ISO 8601 allows both). */
const dateOf = (text: string): number =>
  Date.parse(
    text
      .replace(/(\d),(\d{1,9})(?=\D|$)/, '$1.$2')
      .replace(/(\.\d{3})\d+/, '$1')
      .replace(/([+-]\d\d)(\d\d)$/, '$1:$2'),
  );

const isMessage = (value: unknown): boolean =>
  (typeof value === 'string' && value !== '') ||
  (typeof value === 'object' && value !== null && 'stringValue' in value);

/** Letters become x, digits 9, and only the marks that make a line's form are kept: what a log says stays in it. */
export function maskedShape(line: string): string {
  return line
    .slice(0, 160)
    .replace(/\p{L}/gu, 'x')
    .replace(/\p{N}/gu, '9')
    .replace(/[^x9\s{}[\]":,=().|/<>-]/gu, '*')
    .replace(/\s/g, ' ');
}
