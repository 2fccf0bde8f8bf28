import type { Rule } from './rule.ts';

/** Sign-in and identity. */
export const identity: readonly Rule[] = [
  {
    id: 'ory-token',
    what: 'Ory token',
    source: 'https://www.ory.com/docs/concepts/personal-access-token',
    keywords: ['ory_pat_', 'ory_at_', 'ory_st_', 'ory_rt_'],
    pattern: /ory_(?:pat|at|st|rt)_[0-9A-Za-z._-]{32,100}/,
    examples: { real: ['ory_|pat_eJEuNLR4ywzQqWVwNl6iQ30EAPTTeiPU'], no: ['ory_pat_xxxx'] },
  },
  {
    id: 'stytch-secret',
    what: 'Stytch secret',
    source: 'https://stytch.com/docs/api',
    keywords: ['secret-live-'],
    pattern: /secret-live-[\w-]{36}={0,2}/,
    examples: { real: ['secret|-live-avz4jVZfg1n64wWPBmbK7ezcY6Vn_NJYDrZF'], no: ['secret-live-xxx'] },
  },
  {
    id: 'onfido-token',
    what: 'Onfido API token',
    source: 'https://documentation.onfido.com/api/latest/',
    keywords: ['api_live'],
    pattern: /api_live(?:_us|_ca|_eu)?\.[\w-]{11}\.[\w-]{32}/,
    examples: { real: ['api_|live.az4dSO8y_t1.a_618bI1dT20YMcuyUOkigFpCETD6bky'], no: ['api_live.token'] },
  },
  {
    id: 'facebook-token',
    what: 'Meta access token',
    source: 'https://developers.facebook.com/docs/facebook-login/guides/access-tokens/',
    keywords: ['EAAC', 'EAAB', 'EAAD', 'EAAG', 'EAAJ', 'EAAM', 'EAAU', 'EAAW', 'EAAY', 'EAAR'],
    pattern: /EAA[BCDGJMRUWY][0-9A-Za-z]{90,300}/,
    examples: {
      real: [
        'EA|ACEHVDIo4Ok3GFlJRzdCzULB0QptnqXJk4ngWZniOFLcKPYTDNROMvjN65UuwMVcrTWzY4s07Odj3t9VEuZ4LMRXWPkYZ5jI8C4ifPQyfP3Uk9zuVeL26ZzyHX53oFusGP6c4itRhN5sX7zlQUnZJct8',
      ],
      no: ['EAACEdEose0cBA'],
    },
  },
];
