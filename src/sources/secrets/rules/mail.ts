import { BASE62, BASE64URL, DIGITS, HEX, followed, type Rule } from './rule.ts';

/** Mail. */
export const mail: readonly Rule[] = [
  {
    id: 'sendgrid-key',
    what: 'SendGrid API key',
    source: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
    keywords: followed(['SG.'], BASE64URL),
    pattern: /SG\.[\w-]{22}\.[\w-]{43}/,
    fixed: { 25: '.' },
    examples: {
      real: ['S|G.vF6iH-FStm3uaMz3aNUThJ.Ecj835hlFJ9-SOOZqNAKtGZXkqz_sizzd1tzGp-SUXT'],
      no: ['SG.xxxxxxxxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'SG.your.key'],
    },
  },
  {
    id: 'mailgun-key',
    what: 'Mailgun API key',
    source: 'https://documentation.mailgun.com/docs/mailgun/api-reference/mg-auth',
    keywords: followed(['key-'], HEX),
    pattern: /key-[0-9a-f]{32}/,
    alphabet: 16,
    examples: {
      real: ['ke|y-652182d7c6bd4f8142146bad33f776ab'],
      no: ['key-3ax6xnjp29jd6fds4gc373sgvjxteol0', 'key-00000000000000000000000000000000'],
    },
  },
  {
    id: 'mailchimp-key',
    what: 'Mailchimp API key',
    source: 'https://mailchimp.com/developer/marketing/guides/quick-start/',
    keywords: followed(['-us'], DIGITS),
    pattern: /[0-9a-f]{32}-us[0-9]{1,2}/,
    before: 32,
    alphabet: 16,
    examples: {
      real: ['e139d91bf5d9eada0ab4d439393da613-|us21'],
      no: ['0123456789abcdef0123456789abcdef-us1', 'en-us1'],
    },
  },
  {
    id: 'mandrill-key',
    what: 'Mailchimp Transactional key',
    source: 'https://mailchimp.com/developer/transactional/guides/quick-start/',
    keywords: followed(['md-'], BASE64URL),
    pattern: /md-[\w-]{22}/,
    examples: { real: ['m|d-VR3lEYuvtApvNuBL1559nt'], no: ['md-button-raised-primary', 'md-xxxxxxxxxxxxxxxxxxxxxx'] },
  },
  {
    id: 'brevo-api-key',
    what: 'Brevo API key',
    source: 'https://developers.brevo.com/docs/getting-started',
    keywords: ['xkeysib-'],
    pattern: /xkeysib-[0-9a-f]{64}-[0-9A-Za-z]{16}/,
    alphabet: 16,
    examples: {
      real: ['xkey|sib-2bc45684c1f2c229ba90ebaef7798df3842d345dce7f2f94cdf0fb0b68786e40-pWJQQXHNBCRTxuOS'],
      no: ['xkeysib-xxxx', 'xkeysib-your-key'],
    },
  },
  {
    id: 'brevo-smtp-key',
    what: 'Brevo SMTP key',
    source: 'https://developers.brevo.com/docs/smtp-integration',
    keywords: ['xsmtpsib-'],
    pattern: /xsmtpsib-[0-9a-f]{64}-[0-9A-Za-z]{16}/,
    alphabet: 16,
    examples: {
      real: ['xsmt|psib-37accb8035c76df2c1aaeeebef95bc3c0accbfbcb6208bbb36bd5bee48896dde-ZX0dNTMZFrgfvl1p'],
      no: ['xsmtpsib-xxxx'],
    },
  },
  {
    id: 'resend-key',
    what: 'Resend API key',
    source: 'https://resend.com/docs/dashboard/api-keys/introduction',
    keywords: followed(['re_'], BASE62),
    pattern: /re_[0-9A-Za-z]{8}_[0-9A-Za-z]{24}/,
    fixed: { 11: '_' },
    examples: {
      real: ['r|e_8QSPlEbb_xpTVpyNxkMXidQA23KqnBqUW'],
      no: ['re_xxxxxxxx_xxxxxxxxxxxxxxxxxxxxxxxx', 're_123456789', 'pre_compiled_assets_directory_name'],
    },
  },
  {
    id: 'mailersend-token',
    what: 'MailerSend token',
    source: 'https://www.mailersend.com/help/managing-api-tokens',
    keywords: ['mlsn.'],
    pattern: /mlsn\.[0-9a-f]{64}/,
    alphabet: 16,
    examples: { real: ['ml|sn.6976677c574f70ac9c7a40a75b6071b7d2093e88f9db9d249b7e6e1ba5aec7d8'], no: ['mlsn.xxx'] },
  },
  {
    id: 'klaviyo-key',
    what: 'Klaviyo private key',
    source: 'https://developers.klaviyo.com/en/docs/authenticate_',
    keywords: followed(['pk_'], HEX),
    pattern: /pk_[0-9a-f]{34}/,
    alphabet: 16,
    examples: {
      real: ['p|k_a995829eded710cb74c79a6199245accb8'],
      no: ['pk_00000000000000000000000000000000000', 'pk_test_abc'],
    },
  },
  {
    id: 'onesignal-key',
    what: 'OneSignal API key',
    source: 'https://documentation.onesignal.com/docs/keys-and-ids',
    keywords: ['os_v2_app_', 'os_v2_org_'],
    pattern: /os_v2_(?:app|org)_[a-z2-7]{90,120}/,
    alphabet: 32,
    examples: {
      real: [
        'os_v2|_app_ttoumbx4hry276ol35koeebb5xaxwysma5goj6idcciqiamtkrtn2y45kbpqyjvoehyxwhpkndwjh26xbnx2g3rx7drbnlsxz3532hi',
      ],
      no: ['os_v2_app_...'],
    },
  },
];
