import type { EmailProvider } from '../domain.ts';

export interface ProviderSpf {
  /** What its documentation tells to include, then names of before that still count. */
  includes: readonly [string, ...string[]];
  /** As of November 2026. */
  source: string;
}

/**
 * How each provider is authorised in a record of one's own. Most send by default with a MAIL FROM domain of theirs
 * (Brevo's shared addresses, SES without a custom MAIL FROM), whose record is theirs; then none of this is asked for.
 */
export const providerSpf: Readonly<Record<EmailProvider, ProviderSpf>> = {
  // Its help pages on authentication ask for DKIM and DMARC alone; with addresses of one's own it shows this include.
  brevo: {
    includes: ['spf.brevo.com', 'spf.sendinblue.com'],
    source: 'https://help.brevo.com/hc/en-us/articles/17286219877778',
  },
  ses: {
    includes: ['amazonses.com'],
    source: 'https://docs.aws.amazon.com/ses/latest/dg/mail-from.html',
  },
  mailgun: {
    includes: ['mailgun.org', 'eu.mailgun.org'],
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/domains/domains-verify',
  },
  mailjet: {
    includes: ['spf.mailjet.com'],
    source: 'https://documentation.mailjet.com/hc/en-us/articles/360049641733',
  },
  postmark: {
    includes: ['spf.mtasv.net'],
    source: 'https://postmarkapp.com/guides/spf',
  },
  // It sends through SES, with a MAIL FROM below the domain.
  resend: {
    includes: ['amazonses.com'],
    source: 'https://resend.com/docs/dashboard/domains/custom-return-path',
  },
  sendgrid: {
    includes: ['sendgrid.net'],
    source: 'https://www.twilio.com/docs/sendgrid/ui/sending-email/verify-sender-with-spf',
  },
};
