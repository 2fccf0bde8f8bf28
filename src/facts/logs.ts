import { z } from 'zod';

export const logLevels = ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal', 'other'] as const;

/** Why a line is not a structured one. */
export const lineFaults = ['not-json', 'no-level', 'no-time', 'no-message'] as const;

export const personalKinds = ['email', 'card', 'phone', 'token', 'password'] as const;

const Sample = {
  /** `/var/log/app.jsonl`, or the command. */
  source: z.string(),
  /** Lines that were looked at: the last 1,000 that are not blank. */
  lines: z.number(),
  /** What else a person should know: the file was rotated, say; empty else. */
  note: z.string(),
};

export const logsFacts = {
  'logs.shape': z.strictObject({
    ...Sample,
    json: z.number(),
    /** JSON with level, time and message. */
    structured: z.number(),
    faults: z.partialRecord(z.enum(lineFaults), z.number()),
    levels: z.partialRecord(z.enum(logLevels), z.number()),
    /** The first few lines that are not structured: letters and digits masked, the rest as it stands. */
    bad: z.array(
      z.strictObject({
        /** Within the sample, from 1. */
        line: z.number(),
        fault: z.enum(lineFaults),
        shape: z.string(),
      }),
    ),
  }),
  'logs.personal': z.strictObject({
    ...Sample,
    kinds: z.array(
      z.strictObject({
        kind: z.enum(personalKinds),
        count: z.number(),
        /** Lines that hold at least one. */
        lines: z.number(),
        examples: z.array(
          z.strictObject({
            line: z.number(),
            /** The field's path, `user.email`; `line` in plain text. Parts that are no plain names are masked. */
            field: z.string(),
            masked: z.string(),
          }),
        ),
      }),
    ),
  }),
} as const satisfies Record<string, z.ZodType>;
