/** Whether another host belongs to the site: the same registrable domain (Public Suffix List), or the same address. */
export async function ownHosts(site: URL): Promise<(url: URL) => boolean> {
  const { getDomain } = await import('tldts');
  const options = { allowPrivateDomains: true };
  const domain = getDomain(site.hostname, options);
  return (url) => url.hostname === site.hostname || (domain !== null && getDomain(url.hostname, options) === domain);
}

/** Networks by the names of the hosts that they give out, each by its own documentation. */
const networks: readonly { provider: string; domains: readonly string[] }[] = [
  // docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-overview.html
  { provider: 'Amazon CloudFront', domains: ['cloudfront.net'] },
  // docs.bunny.net/docs/cdn-custom-hostname
  { provider: 'bunny.net', domains: ['b-cdn.net'] },
  // www.fastly.com/documentation/guides/getting-started/domains
  { provider: 'Fastly', domains: ['fastly.net', 'fastlylb.net'] },
  // techdocs.akamai.com/property-mgr/docs/about-hostnames
  { provider: 'Akamai', domains: ['akamaized.net', 'edgekey.net', 'edgesuite.net'] },
  // learn.microsoft.com/azure/frontdoor/endpoint
  { provider: 'Azure Front Door', domains: ['azurefd.net', 'azureedge.net'] },
  // client.cdn77.com/support/knowledgebase
  { provider: 'CDN77', domains: ['cdn77.org'] },
  // gcore.com/docs/cdn
  { provider: 'Gcore', domains: ['gcdn.co'] },
  // www.jsdelivr.com/documentation, unpkg.com, cdnjs.com: networks for published packages
  { provider: 'jsDelivr', domains: ['jsdelivr.net'] },
  { provider: 'unpkg', domains: ['unpkg.com'] },
  { provider: 'cdnjs', domains: ['cdnjs.cloudflare.com'] },
];

/** The network whose name a host bears; null where it is none. */
export function networkOf(hostname: string): string | null {
  const found = networks.find(({ domains }) =>
    domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`)),
  );
  return found?.provider ?? null;
}
