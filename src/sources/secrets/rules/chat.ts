import { BASE64URL, followed, type Rule } from './rule.ts';

/** Chat and work. */
export const chat: readonly Rule[] = [
  {
    id: 'slack-token',
    what: 'Slack token',
    source: 'https://docs.slack.dev/authentication/tokens/',
    keywords: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxe-', 'xoxr-', 'xoxs-', 'xoxe.'],
    pattern: /xox(?:[abeprs]-|e\.xox[bp]-)[0-9A-Za-z-]{20,300}/,
    examples: {
      real: [
        'xo|xb-157584699292-4876047443472-4ZKaqHSEz1zn08zU2VWQkLTe',
        'xo|xp-19279643076-46799125682-806007639580-4aff1b0b493dc733b49ed46e8f3ce5f5',
      ],
      no: ['xoxb-your-token-here-please-set', 'xoxb-000000000000-000000000000-xxxxxxxxxxxxxxxxxxxxxxxx'],
    },
  },
  {
    id: 'slack-app-token',
    what: 'Slack app-level token',
    source: 'https://docs.slack.dev/authentication/tokens/',
    keywords: ['xapp-'],
    pattern: /xapp-\d-[0-9A-Z]{9,12}-\d{10,15}-[0-9a-f]{64}/,
    alphabet: 16,
    examples: {
      real: ['xa|pp-1-AOQ30NQ0H57-3632392870270-17a7355577cc8fe8fcc0601f70fca40e02956e91cd33eb317b626a66007173bc'],
      no: ['xapp-1-xxx'],
    },
  },
  {
    id: 'slack-webhook',
    what: 'Slack incoming webhook',
    source: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/',
    keywords: ['hooks.slack.com/'],
    pattern:
      /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/T?[0-9A-Z]{8,12}\/[0-9A-Z]{8,14}\/[0-9A-Za-z/]{20,60}/,
    before: 8,
    examples: {
      real: ['https://hooks.sl|ack.com/services/TBEOYG3V2EF/B18BY3V4DUM/59RGa3BwLzZvlMj27NRqvPqo'],
      no: ['https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'],
    },
  },
  {
    id: 'discord-webhook',
    what: 'Discord webhook',
    source: 'https://discord.com/developers/docs/resources/webhook',
    keywords: ['/api/webhooks/'],
    pattern: /https:\/\/(?:\w{2,10}\.)?discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60,80}/,
    before: 40,
    examples: {
      real: [
        'https://discord.com/api/we|bhooks/679064603986308268/diCkA4jBrE0i-nKorRZcCw0sXYWhjRFjBAY_MKAKYh7B97pE1VNYnwW4AZGpsyKCWK5v',
      ],
      no: ['https://discord.com/api/webhooks/123456789012345678/xxxxxxxx'],
    },
  },
  {
    id: 'telegram-bot-token',
    what: 'Telegram bot token',
    source: 'https://core.telegram.org/bots/api#authorizing-your-bot',
    keywords: followed([':AA'], BASE64URL),
    pattern: /\d{8,10}:AA[\w-]{33}/,
    before: 10,
    examples: {
      real: ['9452930711:|AAcLUsw3OyuVgWE2et4voyZPNHdq94u4AF4'],
      no: ['123456789:AAxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', '123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11'],
    },
  },
  {
    id: 'teams-webhook',
    what: 'Microsoft Teams webhook',
    source:
      'https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook',
    keywords: ['.webhook.office.com/'],
    pattern:
      /https:\/\/[\w-]{1,60}\.webhook\.office\.com\/webhookb2\/[0-9a-f-]{36}@[0-9a-f-]{36}\/IncomingWebhook\/[0-9a-f]{32}\/[0-9a-f-]{36}/,
    before: 70,
    alphabet: 16,
    examples: {
      real: [
        'https://acme.webhook.o|ffice.com/webhookb2/6b4f6ce1-d551-4e3d-a5df-9c42d5378aee@ef4b1f4c-f240-4995-a92e-ed44123afdc1/IncomingWebhook/34485aed434ed635e3aed8aadd95f004/7e51fb9f-c1f7-4b0d-af09-8ed29da6dd21',
      ],
      no: ['https://acme.webhook.office.com/webhookb2/xxx'],
    },
  },
  {
    id: 'zapier-webhook',
    what: 'Zapier webhook',
    source: 'https://help.zapier.com/hc/en-us/articles/8496288690317',
    keywords: ['hooks.zapier.com/'],
    pattern: /https:\/\/hooks\.zapier\.com\/hooks\/catch\/\d{4,10}\/[0-9a-z]{5,12}/,
    before: 8,
    alphabet: 36,
    examples: {
      real: ['https://hooks.za|pier.com/hooks/catch/4100553/50b5w1t'],
      no: ['https://hooks.zapier.com/hooks/catch/xxxxxx/yyyyyy'],
    },
  },
  {
    id: 'linear-key',
    what: 'Linear API key',
    source: 'https://linear.app/developers/graphql',
    keywords: ['lin_api_'],
    pattern: /lin_api_[0-9A-Za-z]{40}/,
    examples: { real: ['lin_|api_hauXEnU5hqMAoQekRC2Sf1A0SAVsVu7SQyCP4WHn'], no: ['lin_api_key'] },
  },
  {
    id: 'linear-oauth-token',
    what: 'Linear OAuth token',
    source: 'https://linear.app/developers/oauth-2-0-authentication',
    keywords: ['lin_oauth_'],
    pattern: /lin_oauth_[0-9a-f]{64}/,
    alphabet: 16,
    examples: {
      real: ['lin_o|auth_2dd2714a9b29051f54e729113a8a9708a7cfd9172c8e0bc2323e977c4cab4a74'],
      no: ['lin_oauth_token'],
    },
  },
];
