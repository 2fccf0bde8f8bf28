import type { Head } from './http-head.ts';

/** What content delivery networks put into their answers, by their own documentation. */
const marks: readonly { cdn: string; header: string; value: RegExp }[] = [
  // developers.cloudflare.com/fundamentals/reference/http-headers
  { cdn: 'Cloudflare', header: 'cf-ray', value: /./ },
  { cdn: 'Cloudflare', header: 'server', value: /^cloudflare$/i },
  // docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
  { cdn: 'Amazon CloudFront', header: 'x-amz-cf-id', value: /./ },
  { cdn: 'Amazon CloudFront', header: 'via', value: /\bcloudfront\.net\b/i },
  // www.fastly.com/documentation/reference/http/http-headers/X-Served-By
  { cdn: 'Fastly', header: 'x-served-by', value: /^cache-/i },
  // techdocs.akamai.com/edge-diagnostics/docs/pragma-headers
  { cdn: 'Akamai', header: 'server', value: /^AkamaiGHost/i },
  { cdn: 'Akamai', header: 'x-akamai-request-id', value: /./ },
  // learn.microsoft.com/azure/frontdoor/front-door-http-headers-protocol
  { cdn: 'Azure Front Door', header: 'x-azure-ref', value: /./ },
  // docs.bunny.net
  { cdn: 'bunny.net', header: 'server', value: /^BunnyCDN/i },
  // cloud.google.com/load-balancing/docs/https
  { cdn: 'Google Cloud', header: 'via', value: /\b1\.1 google\b/i },
];

/** The network that an answer came through, by its headers; null where none says so. */
export function cdnOf(head: Head): string | null {
  const found = marks.find(({ header, value }) => head.headers.some(([name, is]) => name === header && value.test(is)));
  return found?.cdn ?? null;
}
