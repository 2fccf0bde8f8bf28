import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { isWell, lostAsset, someOf } from './assets.ts';

type Answer = Facts['web.transfers']['answers'][number];
type Reason = 'compressed' | 'not-compressed' | 'no-vary' | 'nothing-to-compress';

/** RFC 9110 section 8.4.1 (`x-gzip` is the same), RFC 7932, RFC 8878. */
const codings = ['gzip', 'x-gzip', 'br', 'zstd'];
const looked = ['page', 'script', 'style', 'api'] as const;

export const gzip = defineCheck({
  id: 'optimization.gzip',
  item: 'Gzip compression enabled',
  rule: {
    pass: 'HTML, scripts, styles and JSON above 1 KB come compressed (gzip, br or zstd) with Vary',
    fail: 'names those that do not',
  },
  why: 'Text shrinks to a third or less: without compression every visit waits for bytes that need not be sent. Without Vary, a cache hands compressed bytes to a client that cannot read them.',
  remedy:
    'adapter-node compresses its prerendered files with precompress: true; for the rest, let the proxy do it: gzip on; gzip_vary on; gzip_types text/css text/javascript application/javascript application/json; (nginx) or encode zstd gzip (Caddy).',
  docs: [
    'https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding',
    'https://nginx.org/en/docs/http/ngx_http_gzip_module.html',
  ],
  settings: z.strictObject({
    /** Below it, compression is not worth its while. */
    'min-bytes': z.int().min(1).default(1024),
  }),
  loosening: ['min-bytes'],
  reasons: {
    compressed: 'all text above the size comes compressed, with Vary: Accept-Encoding',
    'not-compressed': 'an answer above the size came as it is, or in a coding that is none of gzip, br, zstd',
    'no-vary': 'an answer came compressed without Vary: Accept-Encoding',
    'nothing-to-compress': 'no page, script, style or JSON above the size was seen',
  },
  ways: (make) => [
    make.probe({
      how: 'Content-Encoding and Vary of the pages, their scripts and styles, and of site.api',
      settings: ['site.url'],
      needs: ['web.transfers'],
      judge: ({ 'web.transfers': transfers }, { expect }) => {
        const text = transfers.answers.filter((one) => isText(one) && one.bytes > expect['min-bytes']);
        const faults = faultsOf(text);
        const lost = faults.length === 0 ? lostAsset(transfers, looked) : null;
        if (lost) return lost;
        const seen = { looked: text.length, codings: [...new Set(text.flatMap(({ encodings }) => encodings))] };
        if (text.length === 0) {
          const because = `nothing above ${expect['min-bytes']} bytes was seen among ${transfers.answers.length} answers`;
          return { status: 'unclear', reason: 'nothing-to-compress', because, seen };
        }
        const because = `${text.length} answers above ${expect['min-bytes']} bytes come compressed (${seen.codings.join(', ')}) with Vary`;
        return failOrPass<Reason>(faults, { reason: 'compressed', because }, { seen });
      },
    }),
    make.attest('Are the answers of the production site compressed?', 90),
  ],
});

const isText = (one: Answer): boolean =>
  isWell(one) && looked.some((kind) => kind === one.kind) && one.content !== 'image' && one.content !== 'other';

function faultsOf(text: readonly Answer[]): Fault<Reason>[] {
  const isCompressed = ({ encodings }: Answer) => encodings.some((coding) => codings.includes(coding));
  const plain = text.filter((one) => !isCompressed(one));
  const silent = text.filter((one) => isCompressed(one) && !one.varies);
  const faults: Fault<Reason>[] = [];
  if (plain.length > 0)
    faults.push({
      reason: 'not-compressed',
      because: `not compressed: ${someOf(plain.map(({ url, bytes }) => `${url} (${Math.ceil(bytes / 1024)} KB)`))}`,
      fix: 'compress text where it leaves: gzip on; gzip_types text/css text/javascript application/javascript application/json; (nginx)',
      findings: plain.map(({ url, bytes, content }) => ({
        where: url,
        what: `${content}, ${bytes} bytes, not compressed`,
      })),
    });
  if (silent.length > 0)
    faults.push({
      reason: 'no-vary',
      because: `compressed without Vary: ${someOf(silent.map(({ url }) => url))}`,
      fix: 'send Vary: Accept-Encoding with it: gzip_vary on; (nginx)',
      findings: silent.map(({ url }) => ({ where: url, what: 'no Vary: Accept-Encoding' })),
    });
  return faults;
}
