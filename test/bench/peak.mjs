import { writeSync } from 'node:fs';

// Loaded before a command that is measured: says on descriptor 3 how much memory it took at most (kilobytes).
process.on('exit', () => {
  try {
    writeSync(3, String(process.resourceUsage().maxRSS));
  } catch {
    // nobody listens
  }
});
