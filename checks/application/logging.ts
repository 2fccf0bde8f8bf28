import { unbuiltCheck } from '../../src/core/define.ts';

export const logging = unbuiltCheck({
  id: 'application.logging',
  item: 'Logging configured (structured JSON)',
  by: ['probe', 'attest'],
  pass: 'of the last 1,000 lines of the configured log source (a file or a command), 99% parse as JSON with level, time and message, and the level is not debug',
  fail: 'plain-text lines (shown, redacted), debug level in production',
});
