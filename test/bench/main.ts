/** `npm run bench [-- NAME…]`: ratios against a named lower bound. Nothing here fails: a person reads it. */
import { benchAudit } from './audit.ts';
import { benchEmail } from './email.ts';
import { benchHistory } from './history.ts';
import { benchStart } from './start.ts';

const benches: Readonly<Record<string, () => Promise<void>>> = {
  start: benchStart,
  audit: benchAudit,
  email: benchEmail,
  history: benchHistory,
};
const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : Object.keys(benches)) {
  const bench = benches[name];
  if (!bench) {
    process.stderr.write(`bench: there is no ${name}; expected some of ${Object.keys(benches).join(', ')}\n`);
    process.exitCode = 64;
    break;
  }
  process.stdout.write(`${name}\n`);
  await bench();
}
