import mailauth from 'mailauth/lib/spf/index.js';
import type { RecordType } from '../../../src/sources/dns/client.ts';
import type { SpfLookup } from '../../../src/sources/email/spf/session.ts';

const codes = {
  nxdomain: 'ENOTFOUND',
  nodata: 'ENODATA',
  servfail: 'ESERVFAIL',
  refused: 'EREFUSED',
  timeout: 'ETIMEOUT',
};

/** What mailauth says, asking the same DNS by the interface of node:dns. */
export async function byMailauth(
  lookup: SpfLookup,
  message: { sender: string; ip: string; helo: string },
): Promise<string> {
  const { status } = await mailauth.spf({
    ...message,
    mta: 'unknown',
    resolver: async (name, type) => {
      const { outcome, answers } = await lookup(name, type as RecordType);
      if (outcome !== 'ok') throw Object.assign(new Error(outcome), { code: codes[outcome] });
      const records = answers.flatMap((answer): unknown[] => {
        if (answer.type === 'TXT') return [answer.strings];
        if (answer.type === 'MX') return [{ exchange: answer.target, priority: answer.priority }];
        if (answer.type === 'PTR') return [answer.target];
        return 'address' in answer ? [answer.address] : [];
      });
      return records as string[]; // as its types have it, which know no MX
    },
  });
  return status.result;
}
