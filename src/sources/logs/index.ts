import type { logsFacts } from '../../facts/logs.ts';
import { absent, type Found, type Gatherers, type Gathering, known } from '../gathering.ts';
import { gatherKinds } from './personal.ts';
import { type LogSample, logSample } from './read.ts';
import { gatherShape } from './summary.ts';

async function look<T>(gathering: Gathering, reduce: (sample: LogSample) => Promise<T> | T): Promise<Found<T>> {
  const sample = await logSample(gathering);
  if (sample === 'not-configured') return absent('no log source is configured', 'logs');
  if (sample === 'needs-allow-exec') {
    return absent(
      'logs.command runs only with --allow-exec: svcheck.yaml alone may not start a program',
      '--allow-exec',
    );
  }
  return known(await reduce(sample), `the last ${sample.lines.length} lines of ${sample.source}`);
}

export const logsGatherers: Gatherers<typeof logsFacts> = {
  'logs.shape': { contacts: false, gather: (gathering) => look(gathering, gatherShape) },
  'logs.personal': {
    contacts: false,
    gather: (gathering) => look(gathering, (sample) => gatherKinds(sample, gathering.target)),
  },
};
