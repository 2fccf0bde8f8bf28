import { UPPER_AND_DIGITS, followed, type Rule } from './rule.ts';

/** Clouds. */
export const cloud: readonly Rule[] = [
  {
    id: 'aws-access-key',
    what: 'AWS access key',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html',
    keywords: ['AKIA', 'ASIA'],
    pattern: /(?:AKIA|ASIA)[A-Z2-7]{16}/,
    alphabet: 32,
    examples: {
      real: ['AK|IAERC3S2XM7RDG2T7Y', 'AS|IADWLY4N2LLVBXJ7HJ'],
      no: ['AKIAIOSFODNN7EXAMPLE', 'AKIAXXXXXXXXXXXXXXXX', 'AKIAABCDEFGHIJKLMNOP'],
    },
  },
  {
    id: 'aws-secret-key',
    what: 'AWS secret access key',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
    keywords: ['ecret_access_key', 'ECRET_ACCESS_KEY', 'ecretAccessKey'],
    pattern:
      /(?:SECRET_ACCESS_KEY|[Ss]ecret_access_key|[Ss]ecretAccessKey)["']?\s{0,3}[:=]\s{0,3}["']?([A-Za-z0-9/+]{40})/,
    before: 1,
    examples: {
      real: [
        'aws_secret_ac|cess_key = 76NiFHZPJ/LvzMpbljjM3y2KNyHC2dGJ6JBnDVyp',
        '"SecretAc|cessKey": "1DHCS5c/uxfTK1tIAz3QqfLhefRPbYMoa5kyUeXt"',
      ],
      no: [
        'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        'secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY',
      ],
    },
  },
  {
    id: 'aws-bedrock-key',
    what: 'Amazon Bedrock API key',
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html',
    keywords: ['ABSKQmVkcm9ja0FQSUtleS'],
    pattern: /ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{60,300}={0,2}/,
    examples: {
      real: [
        'ABSKQmVkcm9|ja0FQSUtleSE/y944kTRXxPpSisj1XAUPJM04fsIsPYr4DcqmKcY759N0g75jpCOlbTWgLQYgaNxwcrXTeVmDCl1gPFjn+N05Bj3ub9wgEAm9it=',
      ],
      no: ['ABSKQmVkcm9ja0FQSUtleS'],
    },
  },
  {
    id: 'google-oauth-secret',
    what: 'Google OAuth client secret',
    source: 'https://developers.google.com/identity/protocols/oauth2',
    keywords: ['GOCSPX-'],
    pattern: /GOCSPX-[\w-]{28}/,
    examples: {
      real: ['GOC|SPX-b1hjKi0p5dNz_kVm2SKRRi6g3NrB'],
      no: ['GOCSPX-your-client-secret', 'GOCSPX-xxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'google-oauth-token',
    what: 'Google OAuth access token',
    source: 'https://developers.google.com/identity/protocols/oauth2',
    keywords: ['ya29.'],
    pattern: /ya29\.[\w-]{60,512}/,
    examples: {
      real: [
        'ya|29.a0KpmSXli0n_xHiV1Ailn-mscW7xaJcn4SWuS307fDhw5o1w62dxtqKnqvT_Si4LbKl3cIMi_PSF_krCbuwqcV4KlA9tCTXB8sJVP8zhUDSOZYBC0FAme4kvAe',
      ],
      no: ['ya29.Glx_short'],
    },
  },
  {
    id: 'google-refresh-token',
    what: 'Google OAuth refresh token',
    source: 'https://developers.google.com/identity/protocols/oauth2',
    keywords: ['1//0'],
    pattern: /1\/\/0[\w-]{60,256}/,
    examples: {
      real: ['1/|/0dpxj9XHPpv3GrVvqvVZxVm0pbmGG3hKjAM7eJjfNsa02uScz4X-puREA1Rjnuqplmr-KrXirnjx-M7c4XxZvyUX-dzRMVQcvQt'],
      no: ['http://127.0.0.1//0', '1//0short'],
    },
  },
  {
    id: 'digitalocean-token',
    what: 'DigitalOcean access token',
    source: 'https://docs.digitalocean.com/reference/api/create-personal-access-token/',
    keywords: ['dop_v1_'],
    pattern: /dop_v1_[0-9a-f]{64}/,
    alphabet: 16,
    examples: {
      real: ['dop|_v1_75b0effea8bddd21253e544cd8a38749568575538860d906834af29eef1162e8'],
      no: ['dop_v1_your_token', 'dop_v1_0000000000000000000000000000000000000000000000000000000000000000'],
    },
  },
  {
    id: 'digitalocean-oauth-token',
    what: 'DigitalOcean OAuth token',
    source: 'https://docs.digitalocean.com/reference/api/oauth/',
    keywords: ['doo_v1_'],
    pattern: /doo_v1_[0-9a-f]{64}/,
    alphabet: 16,
    examples: {
      real: ['doo|_v1_fe775ab1423eb3678cf751b0e13af22ed0d865d2782faa2368deda71145de6f4'],
      no: ['doo_v1_abc'],
    },
  },
  {
    id: 'digitalocean-refresh-token',
    what: 'DigitalOcean refresh token',
    source: 'https://docs.digitalocean.com/reference/api/oauth/',
    keywords: ['dor_v1_'],
    pattern: /dor_v1_[0-9a-f]{64}/,
    alphabet: 16,
    examples: {
      real: ['dor|_v1_8545731d1e900ab84a66af004cc9716e962ea3eba93a49a455fcc8a879dd96d2'],
      no: ['dor_v1_abc'],
    },
  },
  {
    id: 'alibaba-access-key',
    what: 'Alibaba Cloud access key',
    source: 'https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair',
    keywords: ['LTAI'],
    pattern: /LTAI[A-Za-z0-9]{12,20}/,
    examples: { real: ['LT|AI5tXzC6l1C6GVv21NuucR'], no: ['LTAI****************', 'LTAIXXXXXXXXXXXXXXXX'] },
  },
  {
    id: 'tencent-secret-id',
    what: 'Tencent Cloud secret ID',
    source: 'https://www.tencentcloud.com/document/product/598/32675',
    keywords: ['AKID'],
    pattern: /AKID[A-Za-z0-9]{32}/,
    examples: {
      real: ['AK|IDADt0KpgUOFwxexW0M3J1hsDTn2NWUowT'],
      no: ['AKIDEXAMPLE', 'AKIDxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'yandex-api-key',
    what: 'Yandex Cloud API key',
    source: 'https://yandex.cloud/en/docs/iam/concepts/authorization/api-key',
    keywords: ['AQVN'],
    pattern: /AQVN[\w-]{35,38}/,
    examples: { real: ['AQ|VNZ84LFQSPmn9jNoia6ij9eSjDcCTGItjQzcag'], no: ['AQVN<key>'] },
  },
  {
    id: 'yandex-oauth-token',
    what: 'Yandex OAuth token',
    source: 'https://yandex.com/dev/id/doc/en/access',
    keywords: ['y0_Ag', 'y0__'],
    pattern: /y0_[\w-]{55,62}/,
    examples: { real: ['y0|_Agx2bPw_u87G6tDUNMwqMGlCOnVYy5Q-_qaebqeC6SpEOeO6NNRWkcq'], no: ['y0_Agshort'] },
  },
  {
    id: 'scaleway-access-key',
    what: 'Scaleway access key',
    source: 'https://www.scaleway.com/en/docs/iam/how-to/create-api-keys/',
    keywords: followed(['SCW'], UPPER_AND_DIGITS),
    pattern: /SCW[A-Z0-9]{17}/,
    alphabet: 36,
    examples: { real: ['S|CWT7TVVZLOGJH8VFOWV'], no: ['SCWXXXXXXXXXXXXXXXXX', 'SCW_ACCESS_KEY'] },
  },
];
