import { z } from 'zod';
import { AnswerKind, Missed } from './http.ts';

const strict = z.strictObject;

/** By the Content-Type; an asset that is answered with a page is a page. */
export const contentKinds = ['html', 'script', 'style', 'json', 'image', 'other'] as const;

/** How one answer came over the wire. */
const Transfer = strict({
  kind: AnswerKind,
  url: z.string(),
  status: z.number(),
  content: z.enum(contentKinds),
  /** Of the body, decoded; no more than what was read. */
  bytes: z.number(),
  /** Content-Encoding, lower case, in the order of application. */
  encodings: z.array(z.string()),
  /** Vary names Accept-Encoding, or is `*`. */
  varies: z.boolean(),
  cacheControl: strict({ immutable: z.boolean(), maxAge: z.number().nullable(), noStore: z.boolean() }),
  /** The name changes with the content: it has a hash in it. */
  hashed: z.boolean(),
  /** The network that it came through, and by what that shows; null where none was recognised. */
  edge: strict({ provider: z.string(), by: z.enum(['header', 'address']) }).nullable(),
});
export type Transfer = z.infer<typeof Transfer>;

/** Assets on hosts that are not the site's: they are not asked for. */
const Foreign = strict({
  host: z.string(),
  scripts: z.number(),
  styles: z.number(),
  images: z.number(),
  /** The network whose name the host bears; null where it is none. */
  cdn: z.string().nullable(),
});

/** Legacy and modern image formats, told by the first bytes; `other` where these say nothing. */
export const imageFormats = [
  'jpeg',
  'png',
  'gif',
  'bmp',
  'tiff',
  'webp',
  'avif',
  'jxl',
  'svg',
  'ico',
  'other',
] as const;

/** What a modern format would make of it. */
const Saving = z.discriminatedUnion('state', [
  /** It is in a modern format already, or vector. */
  strict({ state: z.literal('modern') }),
  strict({ state: z.literal('measured'), format: z.literal('webp'), bytes: z.number() }),
  strict({ state: z.literal('not-measured'), because: z.string() }),
]);

const Image = strict({
  url: z.string(),
  /** The page that shows it, the first one. */
  page: z.string(),
  /** Which image of that page it is, from 1. */
  place: z.number(),
  bytes: z.number(),
  /** It goes on beyond what was read. */
  cut: z.boolean(),
  format: z.enum(imageFormats),
  saving: Saving,
  /** On every page that shows it: its space is known beforehand. */
  sized: z.boolean(),
  /** It is loaded at once although it stands low on some page. */
  lateAndEager: z.boolean(),
});
export type Image = z.infer<typeof Image>;

const looked = {
  site: z.string(),
  /** False where svcheck.yaml gives an empty list of pages. */
  pagesAsked: z.boolean(),
  pages: z.number(),
  missed: z.array(Missed),
  foreign: z.array(Foreign),
};

export const webFacts = {
  'web.transfers': strict({
    ...looked,
    answers: z.array(Transfer),
    /** Assets of the site that were not asked for: there are too many. */
    unasked: z.number(),
  }),
  'web.images': strict({ ...looked, images: z.array(Image), unasked: z.number() }),
} as const satisfies Record<string, z.ZodType>;
