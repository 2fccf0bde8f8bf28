import type { Rule } from './rule.ts';

/** Hosting and what stands before it. */
export const hosting: readonly Rule[] = [
  {
    id: 'heroku-api-key',
    what: 'Heroku API key',
    source: 'https://devcenter.heroku.com/articles/platform-api-reference',
    keywords: ['HRKU-AA'],
    pattern: /HRKU-AA[\w-]{58}/,
    examples: { real: ['HRK|U-AADr4muhjOz1OLDfA6VM_9ehTFMQtHTiyt5xT-FOcy324CbwusZChW5nKpiv'], no: ['HRKU-AAxxxxxxxx'] },
  },
  {
    id: 'fly-token',
    what: 'Fly.io access token',
    source: 'https://fly.io/docs/security/tokens/',
    keywords: ['fo1_', 'fm1r_', 'fm1a_', 'fm2_l'],
    pattern: /(?:fo1_[\w-]{43}|fm(?:1[ar]|2)_[A-Za-z0-9+/]{80,2000}={0,3})/,
    examples: {
      real: [
        'fo|1_mE10z_NVn8EQGFj3AV_vxpBtWMhR2wx1eOsjadFQrUc',
        'fm|2_lqMi+dCIcnvOPJWaYFCjnbrdpKgUes2XwRqVVW/OqhL4CD6HpRhj0JQKsVqV31Kpub++Q7Se3fevPS/Ui43Vk7+na7RjdL4//rBBkyvBmWf3OpEcokDc9lJKL4YfUl8kuHrsXQ9gj3ZHP==',
      ],
      no: ['fo1_token', 'fm2_lorem'],
    },
  },
  {
    id: 'vercel-token',
    what: 'Vercel token',
    source: 'https://vercel.com/docs/rest-api',
    keywords: ['vcp_', 'vca_', 'vck_', 'vci_', 'vcr_'],
    pattern: /vc[acikpr]_[A-Za-z0-9]{24,80}/,
    examples: {
      real: [
        'vc|p_lFn7e88RjWhzFNPSfoidAkn2WkZaTnB9oVUruHadEKVp3TEfgkz1lFDF',
        'vc|k_BADFN5hAhYhEtyuYhACXZOjb9T5jY1nquBuAk3TwwAwbIorCmpWzuz7q',
      ],
      no: ['vcp_memory_write', 'vck_xxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'vercel-blob-token',
    what: 'Vercel Blob read-write token',
    source: 'https://vercel.com/docs/storage/vercel-blob',
    keywords: ['vercel_blob_rw_'],
    pattern: /vercel_blob_rw_[A-Za-z0-9]{10,24}_[A-Za-z0-9]{20,40}/,
    examples: { real: ['vercel_|blob_rw_Qdu8rv6fAHwDVER1_at1H0CLRn4won8A1T4pxID7DRouJsy'], no: ['vercel_blob_rw_xxx'] },
  },
  {
    id: 'netlify-token',
    what: 'Netlify access token',
    source: 'https://docs.netlify.com/api/get-started/',
    keywords: ['nfp_', 'nfc_', 'nfo_', 'nfu_'],
    pattern: /nf[copu]_[A-Za-z0-9]{36}/,
    examples: {
      real: ['nf|p_wrTagdvMQFAd1IxWqQQQuEBXemCjhTvvLjPF'],
      no: ['nfp_short', 'nfp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'render-api-key',
    what: 'Render API key',
    source: 'https://render.com/docs/api',
    keywords: ['rnd_'],
    pattern: /rnd_[A-Za-z0-9]{28,48}/,
    examples: {
      real: ['rn|d_KfoqPQGEX1tn6Mf8icvLTlLCO2RGBaqo'],
      no: ['rnd_seed', 'rnd_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'cloudflare-token',
    what: 'Cloudflare API token',
    source: 'https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/',
    keywords: ['cfut_', 'cfat_', 'cfk_'],
    pattern: /cf(?:ut|at|k)_[A-Za-z0-9]{40}[0-9a-f]{8}/,
    examples: {
      real: [
        'cf|ut_QQdcrGSKvkhRgOJBeIs82NsYYHSW3axugbG5sSIvd83c04c9',
        'cf|k_yDOFs98XNm34rnXTrjkG3CsxsBGb9BV7i7agQb2Pb87623cb',
      ],
      no: ['cfut_dir', 'cfat_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'cloudflare-origin-ca-key',
    what: 'Cloudflare Origin CA key',
    source: 'https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/',
    keywords: ['v1.0-'],
    pattern: /v1\.0-[0-9a-f]{24}-[0-9a-f]{146}/,
    alphabet: 16,
    examples: {
      real: [
        'v1|.0-51ad8792c373d58296b5261c-8755c2ad46f4b4704e92e6a978e4cf8386f905ef356cc3e3008c8395405709779ab57cc32332229030ce977bf79240e06ae6d667087cfc4c36af0ce27f5e0de23f9c34b39afed53a97',
      ],
      no: ['v1.0-beta', 'v1.0-xxx-xxx'],
    },
  },
  {
    id: 'openshift-token',
    what: 'OpenShift access token',
    source: 'https://docs.redhat.com/en/documentation/openshift_container_platform/',
    keywords: ['sha256~'],
    pattern: /sha256~[\w-]{43}/,
    examples: { real: ['sha|256~TZrajoP8oioFYCL_YL2YIzaRDuyeN9us-kK112qb7Py'], no: ['sha256~token'] },
  },
];
