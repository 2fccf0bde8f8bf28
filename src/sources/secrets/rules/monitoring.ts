import { grafanaCrc32 } from './checksums.ts';
import { HEX, followed, type Rule } from './rule.ts';

/** Monitoring and analytics. */
export const monitoring: readonly Rule[] = [
  {
    id: 'sentry-token',
    what: 'Sentry auth token',
    source: 'https://docs.sentry.io/account/auth-tokens/',
    keywords: ['sntrys_', 'sntryu_', 'sntrya_', 'sntryi_'],
    pattern: /sntry[aisu]_[0-9A-Za-z+/=_-]{40,800}/,
    alphabet: 16,
    examples: {
      real: [
        'snt|ryu_2974e84b6764677bc6f3fef261ab2344c6823d8ffbf0157a3bf4597c0681fbcd',
        'snt|rys_eyJdozDGKj5bJEjkKFKRSf9K59NPKKXhgEfp14Q5EDUvOyPhtK1nzG3okyYB4dVKvRt5brqqTpTQFY0OjRHlI2xjPHQYYWxE5sNahkvDtQoGG5L1PG0zdnd8yhz_JEj0GApK2GdcxxF6Foyp60-pemwVv3mUGX-GwqwwnIR',
      ],
      no: ['sntrys_YOUR_TOKEN_HERE', 'sntryu_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'grafana-token',
    what: 'Grafana service account token',
    source: 'https://grafana.com/docs/grafana/latest/administration/service-accounts/',
    keywords: ['glsa_'],
    pattern: /glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}/,
    checksum: grafanaCrc32,
    examples: {
      real: ['gl|sa_xEgUCvfa457VmMQrnny9Iy8XIBorVa45_3996bb65'],
      no: ['glsa_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_00000000', 'glsa_test'],
    },
  },
  {
    id: 'grafana-cloud-token',
    what: 'Grafana Cloud token',
    source:
      'https://grafana.com/docs/grafana-cloud/security-and-account-management/authentication-and-permissions/access-policies/',
    keywords: ['glc_eyJ'],
    pattern: /glc_eyJ[0-9A-Za-z+/]{60,400}={0,2}/,
    examples: {
      real: [
        'glc|_eyJdc1dao2yA1b6EyADJ2roeI/GipeX75PKiRUzC/WrH+uOjvdPL2TDdkwQKcit6ncH1Iz6MwfpkkZqdV1AYGUyUQyqKwyxadzfgFrD',
      ],
      no: ['glc_eyJ...'],
    },
  },
  {
    id: 'newrelic-user-key',
    what: 'New Relic user key',
    source: 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/',
    keywords: ['NRAK-'],
    pattern: /NRAK-[0-9A-Z]{27}/,
    alphabet: 36,
    examples: { real: ['NR|AK-1YVVLIQWWD7KC4HUVYZ53LZ63SC'], no: ['NRAK-XXXXXXXXXXXXXXXXXXXXXXXXXXX'] },
  },
  {
    id: 'newrelic-license-key',
    what: 'New Relic licence key',
    source: 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/',
    keywords: ['NRAL'],
    pattern: /(?:eu01xx|gov01x)?[0-9a-f]{26,36}(?:FFFF)?NRAL/,
    before: 48,
    alphabet: 16,
    examples: {
      real: ['08fde6f5cdfab972357c70a0db44fbcfFFFFNR|AL', 'eu01xxab5045247beec97919871cb9710146NR|AL'],
      no: ['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxFFFFNRAL', 'ffffffffffffffffffffffffffffffffFFFFNRAL'],
    },
  },
  {
    id: 'newrelic-insert-key',
    what: 'New Relic insert key',
    source: 'https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/',
    keywords: ['NRII-'],
    pattern: /NRII-[\w-]{32}/,
    examples: { real: ['NR|II-3ga-TmfY2ENTVHgdlBGP_P0WEH9mPjVW'], no: ['NRII-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'] },
  },
  {
    id: 'dynatrace-token',
    what: 'Dynatrace token',
    source:
      'https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens',
    keywords: ['dt0c01.', 'dt0s01.', 'dt0s02.', 'dt0s16.', 'dt0s06.', 'dt0e01.', 'dt0a01.'],
    pattern: /dt0[a-z]\d\d\.[0-9A-Z]{8,24}\.[0-9A-Z]{64}/,
    alphabet: 36,
    examples: {
      real: ['dt0|c01.8363TJ5QEHKSKKITRN3KDCMT.I9NG7EDLO5PPJA8T8GDCPFGKEGVGMTECOWWLTQOM02G78BIUINEHTXJW1WD1BKM1'],
      no: [
        'dt0c01.XXXXXXXX.YYYYYYYY',
        'dt0c01.ST2EY72KQINMH574WMNVI7YN.G3DFPBEJYMODIDAEX454M7YWBUVEFOWKPRVMWFASS64NFH52PX6BNDVFFM572RZM',
      ],
    },
  },
  {
    id: 'honeycomb-key',
    what: 'Honeycomb ingest or configuration key',
    source: 'https://docs.honeycomb.io/configure/environments/manage-api-keys/',
    keywords: ['hcaik_', 'hcbik_', 'hcalk_', 'hcxik_', 'hcamk_'],
    pattern: /hc[abx][ilm]k_[0-9a-z]{50,70}/,
    alphabet: 36,
    examples: { real: ['hca|ik_hgixngygm3wx065vdls3jsm8xfxvd8qd0jtd1z8xua5wv4t7ml58u4sniu'], no: ['hcaik_xxxxxxxx'] },
  },
  {
    id: 'axiom-token',
    what: 'Axiom token',
    source: 'https://axiom.co/docs/reference/tokens',
    keywords: ['xaat-', 'xapt-'],
    pattern: /xa(?:at|pt)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
    alphabet: 16,
    examples: {
      real: ['xa|at-3ec5784a-447a-40ef-a217-6e0074a35ccc'],
      no: ['xaat-00000000-0000-0000-0000-000000000000'],
    },
  },
  {
    id: 'logfire-token',
    what: 'Pydantic Logfire token',
    source: 'https://logfire.pydantic.dev/docs/how-to-guides/create-write-tokens/',
    keywords: ['pylf_v'],
    pattern: /pylf_v\d_[a-z]{2,8}_[0-9A-Za-z]{40,60}/,
    examples: { real: ['pyl|f_v1_eu_XuHv3eKGrEJXCrfZLwaBYxBwqjo3nGnXonkEbRdUHOpT'], no: ['pylf_v1_us_token'] },
  },
  {
    id: 'posthog-key',
    what: 'PostHog personal API key',
    source: 'https://posthog.com/docs/api',
    keywords: ['phx_'],
    pattern: /phx_[0-9A-Za-z_-]{40,64}/,
    examples: {
      real: ['ph|x_EmbDw6DEOesTASfCBd9i4ECCvaQvPLVtYFjBQ5b0JiO8PPU'],
      no: ['phx_your_personal_key', 'phc_public'],
    },
  },
  {
    id: 'readme-key',
    what: 'ReadMe API key',
    source: 'https://docs.readme.com/main/reference/intro/authentication',
    keywords: ['rdme_'],
    pattern: /rdme_[0-9a-z]{70}/,
    alphabet: 36,
    examples: {
      real: ['rd|me_fclvxtekdce88w5edfjnteftm5cuarvmpy166l9yl3aeky1ieam90iy9mutgqtlkbev65j'],
      no: ['rdme_xn8s9h'],
    },
  },
  {
    id: 'stackhawk-key',
    what: 'StackHawk API key',
    source: 'https://docs.stackhawk.com/web-app/settings/api-keys/',
    keywords: ['hawk.'],
    pattern: /hawk\.[\w-]{20}\.[\w-]{20}/,
    examples: {
      real: ['ha|wk.4BA-MHJzv_D56dm9JHUk.Thpb0SGJf2rvuVvwu8UH'],
      no: ['hawk.xxxxxxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'checkly-key',
    what: 'Checkly API key',
    source: 'https://www.checklyhq.com/docs/accounts-and-users/creating-api-key/',
    keywords: followed(['cu_'], HEX),
    pattern: /cu_[0-9a-f]{32}/,
    alphabet: 16,
    examples: { real: ['c|u_84bb605fe94a64a0b2a677cce23a991b'], no: ['cu_00000000000000000000000000000000'] },
  },
];
