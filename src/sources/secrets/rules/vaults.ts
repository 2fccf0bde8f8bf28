import { UPPER_AND_DIGITS, followed, type Rule } from './rule.ts';

/** Vaults. */
export const vaults: readonly Rule[] = [
  {
    id: 'doppler-token',
    what: 'Doppler token',
    source: 'https://docs.doppler.com/reference/auth-token-formats',
    keywords: ['dp.p', 'dp.s', 'dp.c', 'dp.a'],
    pattern: /dp\.(?:pt|st|ct|sa|scim|audit)\.[0-9A-Za-z._-]{40,60}/,
    examples: {
      real: [
        'dp|.pt.wngyPs0nHpBm9cvOJq4e1twuOBsAOfD1k5nuEXFL6xZ',
        'dp|.st.prd.L1kYZ5qSpfk0vmxKCNpzqGfMWNhhdNywmlI7lbNJ',
      ],
      no: ['dp.pt.xxxx', 'dp.parent.querySelectorAllByTheNameOfTheElements'],
    },
  },
  {
    id: 'vault-token',
    what: 'HashiCorp Vault service token',
    source: 'https://developer.hashicorp.com/vault/docs/concepts/tokens',
    keywords: ['hvs.'],
    pattern: /hvs\.[\w-]{90,200}/,
    examples: {
      real: [
        'hv|s.CAESa6Ga4XbEVFYngFBm4PeKERBpnqjG00MH_jhPW41UB-LxH4UrklVSAFrFGCKrUPwyqUTmWXmZ8mZmIt6VPyb7V8-fuQjHjG-1bMqr',
      ],
      no: ['hvs.xxxx'],
    },
  },
  {
    id: 'vault-batch-token',
    what: 'HashiCorp Vault batch token',
    source: 'https://developer.hashicorp.com/vault/docs/concepts/tokens',
    keywords: ['hvb.'],
    pattern: /hvb\.[\w-]{90,400}/,
    examples: {
      real: [
        'hv|b.AAAAAQa7dU3tUp383ewUeePeXU-MtGDoM5L3RD_29TGdA9kOqYrZVJ4dsFmnFzuDlNcEebfbMmSEG5G3i8JBZyb0pSuwyDjCi9BewYzuxfjZc_4NDlCO2S7tEhC2LaMcDEz3ct_iJ-D0KR8i5s',
      ],
      no: ['hvb.xxxx'],
    },
  },
  {
    id: 'vault-recovery-token',
    what: 'HashiCorp Vault recovery token',
    source: 'https://developer.hashicorp.com/vault/docs/concepts/tokens',
    keywords: ['hvr.'],
    pattern: /hvr\.[\w-]{24,200}/,
    examples: { real: ['hv|r.Ioabc2oeApbkWT5P3IKxoAJ4hSsz'], no: ['hvr.xxxxxxxxxxxxxxxxxxxxxxxxxx'] },
  },
  {
    id: 'onepassword-service-token',
    what: '1Password service account token',
    source: 'https://developer.1password.com/docs/service-accounts/security/',
    keywords: ['ops_eyJ'],
    pattern: /ops_eyJ[0-9A-Za-z+/_-]{250,2000}={0,3}/,
    examples: {
      real: [
        'ops|_eyJsI9jUeksSx_ipb_ZjibFE-AhWqROyIq7T1F8cRGB_ETgQuLr6WD9VpmFJlOsbhDpvNCP6zVFJVBp-lcJVOW-Z_YXdeT_x-HlMrwLJhtaPyBAcw8vUhbZxZxZ0CHdP7tGjkr46ZLFs8paTuOtwvYDLwXaIwFVvAy6BAq3_NkiAIB3IYscTTf0CAPQjXdrt3vjLZ7PnmsPGIwP1rsL-inTVoDhVRISdIIfSZzJ0KvdBnlCfWVuCdoiyYy8hVDfQXiGiaMmXylfvMBYBn1Cmnw4SLHl7lt7grSaE7gTR7OWlKXK',
      ],
      no: ['ops_eyJ...'],
    },
  },
  {
    id: 'onepassword-secret-key',
    what: '1Password secret key',
    source: 'https://support.1password.com/secret-key-security/',
    keywords: followed(['A3-'], UPPER_AND_DIGITS),
    pattern: /A3-[0-9A-Z]{6}-(?:[0-9A-Z]{11}|[0-9A-Z]{6}-[0-9A-Z]{5})-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}/,
    alphabet: 36,
    examples: { real: ['A|3-3CMP3Q-YZYOFJ-VZ07J-ERWEE-7ORQW-1BP31'], no: ['A3-XXXXXX-XXXXXX-XXXXX-XXXXX-XXXXX-XXXXX'] },
  },
];
