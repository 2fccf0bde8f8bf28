import { z } from 'zod';
import { type Gathering, LookFailed } from '../gathering.ts';
import { fieldOf } from '../http/look.ts';
import { call, type Said, shaped, trusted } from './client.ts';
import type { AwsCredentials } from './credentials.ts';

/** The regional hosts of these two services; other hosts below amazonaws.com belong to AWS's customers. */
const own = {
  ses: /^email(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/,
  monitoring: /^monitoring(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/,
} as const;

/** The region, and by which credentials it is asked. */
export interface Region {
  region: string;
  credentials: AwsCredentials;
}

interface AwsCall {
  service: keyof typeof own;
  /** With its query, from the first slash. */
  path: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

function addressOf({ target }: Gathering, { service, path }: AwsCall, region: string): { url: URL; setting: string } {
  const { ses, cloudwatch } = target.settings.aws.endpoints;
  const { api } = target.settings.email;
  const set = service === 'ses' ? (ses ?? api) : cloudwatch;
  const host = service === 'ses' ? 'email' : 'monitoring';
  const home = `https://${host}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const named = service === 'ses' ? 'ses' : 'cloudwatch';
  const setting = named === 'ses' && ses === undefined ? 'email.api' : `aws.endpoints.${named}`;
  return { url: new URL(`${(set ?? home).replace(/\/+$/, '')}${path}`), setting };
}

export const atOf = ({ region }: Region): string => `SES ${region}`;

/** One signed call (Signature Version 4). The secret key itself is never sent. */
export async function askAws(gathering: Gathering, { region, credentials }: Region, asked: AwsCall): Promise<Said> {
  const { url, setting } = addressOf(gathering, asked, region);
  const { ca } = trusted(gathering, url, own[asked.service], setting);
  const { AwsV4Signer } = await import('aws4fetch');
  const { service, method = 'GET', headers = {}, body } = asked;
  return call(gathering, url, async () => {
    const signer = new AwsV4Signer({
      ...{ url: url.href, method, headers, service, region },
      ...(body === undefined ? {} : { body }),
      accessKeyId: credentials.id,
      secretAccessKey: credentials.secret,
      ...(credentials.token === undefined ? {} : { sessionToken: credentials.token }),
    });
    const signed = Object.fromEntries((await signer.sign()).headers);
    return { method, ca, secretHeaders: { ...headers, ...signed }, ...(body === undefined ? {} : { body }) };
  });
}

const Refusal = z.object({ __type: z.string().optional() });

/** `AccessDeniedException`: by the header of the REST protocol, else the body of the JSON one. */
export function errorOf({ answer, body }: Said): string {
  const [header] = fieldOf(answer, 'x-amzn-errortype');
  const type = header ?? Refusal.safeParse(body).data?.__type ?? '';
  const [, name = ''] = /^(?:[\w.]+#)?(\w{1,60})/.exec(type) ?? [];
  return name;
}

/** Common errors of AWS APIs ("Common Error Types"): the key is unknown, wrong, switched off or past its time. */
const invalid =
  /^(?:UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|ExpiredToken(?:Exception)?|InvalidAccessKeyId|IncompleteSignature(?:Exception)?|MissingAuthenticationToken(?:Exception)?)$/;
const forbidden = /^(?:AccessDenied(?:Exception)?|UnauthorizedOperation|OptInRequired|NotAuthorized)$/;

export function refusalOf(said: Said): 'invalid' | 'not-permitted' | null {
  const error = errorOf(said);
  if (invalid.test(error)) return 'invalid';
  return forbidden.test(error) ? 'not-permitted' : null;
}

/** @param action the IAM action to grant */
export function refused(said: Said, where: Region, action: string): LookFailed {
  const kind = refusalOf(said);
  const because = `${atOf(where)} answered ${said.status}${errorOf(said) ? ` ${errorOf(said)}` : ''}`;
  if (kind === 'not-permitted') {
    const fix = `allow ${action} for ${where.credentials.by}`;
    return new LookFailed({ cause: 'not-permitted', because, fix, where: said.where });
  }
  const fix =
    kind === 'invalid'
      ? `see env.email-keys: AWS does not accept the credentials (${where.credentials.by})`
      : `see what answers there; where the API has changed, a newer svcheck may know it`;
  return new LookFailed({ cause: kind === 'invalid' ? 'auth' : 'malformed', because, fix, where: said.where });
}

/** The shape of a 200; rejects with LookFailed for any other answer. */
export async function getAws<T extends z.ZodType>(
  gathering: Gathering,
  where: Region,
  asked: AwsCall & { action: string; shape: T },
): Promise<z.output<T>> {
  const said = await askAws(gathering, where, asked);
  if (said.status !== 200) throw refused(said, where, asked.action);
  return shaped(asked.shape, said, atOf(where));
}
