/** Exit codes of every command (sysexits.h has 64 and 70). */
export const exitCodes = { ok: 0, fail: 1, error: 2, undecided: 3, usage: 64, internal: 70, interrupted: 130 } as const;

/** A mistake in the command line: one line, exit code 64. */
export class UsageError extends Error {}
