import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../../config/target.ts';
import { envValue } from '../env/values.ts';

/** The names under which applications keep Brevo's key, as env.email-keys looks for them. */
const brevoKeys = ['BREVO_API_KEY', 'SENDINBLUE_API_KEY'];

export interface BrevoKey {
  key: string;
  value: string;
}

/** Null where the env has none, or keeps it elsewhere. */
export function brevoKey(target: Target): BrevoKey | null {
  for (const key of brevoKeys) {
    const value = envValue(target, key)?.trim();
    if (value) return { key, value };
  }
  return null;
}

export interface AwsCredentials {
  id: string;
  secret: string;
  token: string | undefined;
  /** Where they come from, in words. */
  by: string;
}

/** Pairs of names, the most usual first; a pair counts only whole. */
const pairs = [
  ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ['AWS_SES_ACCESS_KEY_ID', 'AWS_SES_SECRET_ACCESS_KEY'],
  ['SES_ACCESS_KEY_ID', 'SES_SECRET_ACCESS_KEY'],
] as const;

/** The deployment's own keys. */
export function deploymentCredentials(target: Target): AwsCredentials | null {
  for (const [idKey, secretKey] of pairs) {
    const [id, secret] = [envValue(target, idKey)?.trim(), envValue(target, secretKey)?.trim()];
    if (id && secret)
      return { id, secret, token: envValue(target, 'AWS_SESSION_TOKEN')?.trim(), by: `${idKey}, ${secretKey}` };
  }
  return null;
}

/**
 * What the audit looks with: the profile that aws.profile names, else the deployment's keys, else those of the process's
 * environment, else the default profile (AWS SDKs and Tools Reference Guide, "Shared config and credentials files").
 */
export async function auditCredentials(target: Target): Promise<AwsCredentials | null> {
  const { profile } = target.settings.aws;
  if (profile !== undefined) return ofProfile(profile);
  return deploymentCredentials(target) ?? ofProcess() ?? (await ofProfile(process.env.AWS_PROFILE ?? 'default'));
}

function ofProcess(): AwsCredentials | null {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = process.env;
  return id && secret ? { id, secret, token, by: 'the process’s environment' } : null;
}

/** More than any credentials file. */
const MAX_FILE = 256 * 1024;

async function ofProfile(profile: string): Promise<AwsCredentials | null> {
  const file = process.env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws', 'credentials');
  try {
    if ((await stat(file)).size > MAX_FILE) return null;
    const found = profileOf(await readFile(file, 'utf8'), profile);
    const { aws_access_key_id: id, aws_secret_access_key: secret, aws_session_token: token } = found;
    return id && secret ? { id, secret, token, by: `the profile ${profile}` } : null;
  } catch {
    return null;
  }
}

/** The settings of one `[profile]` of a credentials file. Pure: never throws. */
export function profileOf(text: string, profile: string): Record<string, string | undefined> {
  const found: Record<string, string> = {};
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line) ?? [];
    if (name !== undefined) inside = name === profile;
    const [, key, value] = /^([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (inside && key !== undefined && value) found[key] = value;
  }
  return found;
}

/** email.regions, else aws.region, else the env's region. */
export function regionsOf(target: Target): string[] {
  const { email, aws } = target.settings;
  if (email.regions) return [...new Set(email.regions)];
  if (aws.region) return [aws.region];
  for (const key of ['AWS_SES_REGION', 'SES_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const region = envValue(target, key)?.trim();
    if (region && /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) return [region];
  }
  return [];
}
