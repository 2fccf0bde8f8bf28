/** The selectors that a provider gives to all its customers alike. */
interface KnownSelectors {
  selectors: readonly string[];
  /** The provider's own page. */
  source: string;
}

/**
 * By the provider's name in email.provider and EMAIL_PROVIDER, as documented in November 2026. An empty list: every
 * customer has selectors of its own, which only the provider's console or API tells.
 */
export const knownSelectors: Readonly<Record<string, KnownSelectors>> = {
  // Two CNAME records; domains authenticated by TXT have the one selector `mail`.
  brevo: {
    selectors: ['brevo1', 'brevo2', 'mail'],
    source:
      'https://help.brevo.com/hc/en-us/articles/12163873383186-Authenticate-your-domain-with-Brevo-Brevo-code-DKIM-DMARC',
  },
  // Three tokens for each identity (Easy DKIM), or a selector of one's own (BYODKIM).
  ses: { selectors: [], source: 'https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html' },
  google: { selectors: ['google'], source: 'https://support.google.com/a/answer/11611356' },
  microsoft: {
    selectors: ['selector1', 'selector2'],
    source: 'https://learn.microsoft.com/en-us/defender-office-365/email-authentication-dkim-configure',
  },
  sendgrid: {
    selectors: ['s1', 's2'],
    source: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/how-to-set-up-domain-authentication',
  },
  mandrill: {
    selectors: ['mte1', 'mte2', 'mandrill'],
    source: 'https://mailchimp.com/developer/release-notes/new-sending-domain-authentication-requirements',
  },
  mailchimp: {
    selectors: ['k1', 'k2', 'k3'],
    source: 'https://mailchimp.com/help/set-up-email-domain-authentication/',
  },
  // Each domain has the selector that was chosen when it was made.
  mailgun: {
    selectors: [],
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/domains/domains-verify',
  },
  mailjet: {
    selectors: ['mailjet'],
    source:
      'https://documentation.mailjet.com/hc/en-us/articles/360049641733-Authenticating-Domains-with-SPF-and-DKIM-A-Complete-Guide',
  },
  resend: { selectors: ['resend'], source: 'https://resend.com/docs/dashboard/domains/introduction' },
  // The selector holds the date of the key, `20261124…pm`.
  postmark: { selectors: [], source: 'https://postmarkapp.com/developer/api/domains-api' },
};
