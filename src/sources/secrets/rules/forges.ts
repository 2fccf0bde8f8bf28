import { base62Crc32 } from './checksums.ts';
import type { Rule } from './rule.ts';

/** Forges. */
export const forges: readonly Rule[] = [
  {
    id: 'github-token',
    what: 'GitHub token',
    source: 'https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/',
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /gh[oprsu]_[0-9A-Za-z]{36,255}/,
    checksum: base62Crc32,
    examples: {
      real: [
        'gh|p_juuj3sarZ9xzde0uH5bdj1iks5DJP74exW7G',
        'gh|o_XP3fVxEiM5bpGxSodqBgCR5Og8NuAA3o9BBE',
        'gh|s_pz9K3ehVw3zH4FEBei5aX7Y9y3RasB1l1jWK',
      ],
      no: [
        'ghp_your_token_here',
        'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
        'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      ],
    },
  },
  {
    id: 'github-fine-grained-token',
    what: 'GitHub fine-grained token',
    source:
      'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github',
    keywords: ['github_pat_'],
    pattern: /github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}/,
    examples: {
      real: ['githu|b_pat_9BrEAbLUtBUgm0Zf3pVmjY_KEJnTIH9D4J5RwsG9ZpP2u3Po7M7RgRvowH2K9wrQqI4rl1dKGSzVwE4Nua'],
      no: ['github_pat_xxxx', 'github_pat_11AAAAAAA0aaaaaaaaaaaa'],
    },
  },
  {
    id: 'bitbucket-app-password',
    what: 'Bitbucket app password',
    source: 'https://support.atlassian.com/bitbucket-cloud/docs/app-passwords/',
    keywords: ['ATBB'],
    pattern: /ATBB[A-Za-z0-9]{32}/,
    examples: { real: ['AT|BBku5tUln0W3EKxjsq5faJl4d3106BEA39'], no: ['ATBBxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'] },
  },
  {
    id: 'atlassian-api-token',
    what: 'Atlassian API token',
    source: 'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/',
    keywords: ['ATATT3xFfGF0'],
    pattern: /ATATT3xFfGF0[\w-]{100,250}=[0-9A-F]{8}/,
    examples: {
      real: [
        'ATATT3|xFfGF0l42vrjME9Sm2rKgxMzoJeXvsYDjVKxENQ3nmgvGnGbtuRdE520z_WB7P01k2Hcjs_wGUzMmtOTZg6t4r2P9b8ZG21Zi7S-yTKioNt4YsPWpvBH86mK4kc4cM_7Jr-OfjZ_gsyd4zcJ9GOUQ-mn7M9eXo9tp16T6zAwm_1BaUXdz=095728C4',
      ],
      no: ['ATATT3xFfGF0...'],
    },
  },
  {
    id: 'bitbucket-access-token',
    what: 'Bitbucket access token',
    source: 'https://support.atlassian.com/bitbucket-cloud/docs/access-tokens/',
    keywords: ['ATCTT3xFfGN0'],
    pattern: /ATCTT3xFfGN0[\w-]{100,250}=[0-9A-F]{8}/,
    examples: {
      real: [
        'ATCTT3|xFfGN0jmHYIdO9jmDdAqXQGcWEtkR6RCSQmrkyXvL_DOIS0pKI154tSUGrDzZF0ac1GztB1IwxK2l9ZZofeqBxCqm0VubDgSz1edQg-2chCqBtxq8wdSdRIWewkVFFBzyVFIiGML4AVUU2X1F3KPQRxncyeLBqKDeHP7xHkSHZDtWFg8T=A3C1C7B4',
      ],
      no: ['ATCTT3xFfGN0...'],
    },
  },
  {
    id: 'sourcegraph-token',
    what: 'Sourcegraph access token',
    source: 'https://sourcegraph.com/docs/cli/how-tos/creating_an_access_token',
    keywords: ['sgp_'],
    pattern: /sgp_(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40}/,
    alphabet: 16,
    examples: {
      real: [
        'sg|p_6c82c7ef78f4082b_fe8b3aaaf6c746d96b106267b85ceeffccceb51b',
        'sg|p_d74237a0a073d7c2b47b8523b50cc9c7cfcc6d31',
      ],
      no: ['sgp_local_f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0'],
    },
  },
];
