import { z } from 'zod';
import { Secret } from './secret.ts';

/** Pieces that several settings share. */
export const secret = () =>
  z
    .string()
    .min(1)
    .transform((value) => new Secret(value));

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10m`, `5s`, `365d` -> milliseconds. */
export const duration = () =>
  z
    .string()
    .regex(/^\d+(ms|s|m|h|d)$/, 'expected a duration such as 30s, 10m, 24h or 30d')
    .transform((text) => Number.parseInt(text, 10) * (units[text.replace(/^\d+/, '')] ?? Number.NaN));

const bytes: Record<string, number> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, k: 1e3, M: 1e6, G: 1e9, '': 1 };

/** A Kubernetes quantity of memory: `512Mi`, `2Gi`, `1G` -> bytes. */
export const memory = () =>
  z
    .string()
    .regex(/^\d+(Ki|Mi|Gi|k|M|G)?$/, 'expected an amount of memory such as 512Mi or 2Gi')
    .transform((text) => Number.parseInt(text, 10) * (bytes[text.replace(/^\d+/, '')] ?? Number.NaN));

/** A day, `2027-01-31`: the instant at which that day ends in UTC belongs to it. */
export const day = () => z.iso.date('expected a date such as 2027-01-31');

export const command = () => z.array(z.string().min(1)).min(1, 'expected a command as a list: [age, -d]');

export const webUrl = () =>
  z.url({ protocol: /^https?$/, error: 'expected an address that begins with https:// or http://' });

export const path = () => z.string().regex(/^\//, 'expected a path that begins with /');

/** It becomes part of a host's name. */
export const region = () => z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'expected a region of AWS such as eu-west-1');

export const table = () =>
  z.string().regex(/^[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)?$/, 'expected a table such as email.email_sends');
