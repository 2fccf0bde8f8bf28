import { z } from 'zod';

/** A file and when it was last written, ISO 8601. */
const FileTime = z.strictObject({ path: z.string(), at: z.string() });

const Output = z.strictObject({
  /** The field that names it: `main`, `exports["."].import`, `bin.acme`, `adapter-node`. */
  field: z.string(),
  /** Relative to the package's folder. */
  path: z.string(),
  /** `source`: the field names a source file, which no build makes. */
  state: z.enum(['built', 'source', 'missing']),
});

const BuiltPackage = z.strictObject({
  name: z.string(),
  /** Relative to the repository; `.` is its root. */
  folder: z.string(),
  /** The build script, shortened. */
  build: z.string(),
  /** `root`: the workspace's own package, whose build only runs the others'. */
  kind: z.enum(['library', 'application', 'root']),
  /** `SvelteKit with adapter-node`; null for a library. */
  framework: z.string().nullable(),
  /** The build script writes nothing: `tsc --noEmit`, `svelte-check`. */
  typeCheckOnly: z.boolean(),
  /** Why it cannot be known which files the build should make; null where it can. */
  unknown: z.string().nullable(),
  outputs: z.array(Output),
  /** How many source files were looked at. */
  sources: z.number(),
  newestSource: FileTime.nullable(),
  oldestOutput: FileTime.nullable(),
  /** Sources newer than what they are built into: how many, and the first few. */
  late: z.strictObject({
    count: z.number(),
    first: z.array(z.strictObject({ source: FileTime, output: FileTime })),
  }),
  /** From the oldest to the newest of all its sources and outputs, milliseconds, and how many files that spans. */
  spanMs: z.number(),
  files: z.number(),
  /** A .tsbuildinfo that holds the digests of the sources that the outputs were made from; null where none does. */
  record: z.strictObject({ file: z.string(), changed: z.array(z.string()) }).nullable(),
});
export type BuiltPackage = z.infer<typeof BuiltPackage>;

/** How many there are, and the first of them. */
const some = <T extends z.ZodType>(item: T) => z.strictObject({ count: z.number(), first: z.array(item) });

const Named = z.strictObject({ name: z.string(), version: z.string() });

const Dependencies = z.strictObject({
  /** The folder looked at, as the settings name it. */
  folder: z.string(),
  /** It is the folder as deployed (`artifact`), not a working checkout. */
  artifact: z.boolean(),
  lock: z.strictObject({ file: z.string(), manager: z.enum(['pnpm', 'npm']), version: z.string() }).nullable(),
  /** Why no lock file could be used; null where one was. */
  noLock: z.strictObject({ kind: z.enum(['none', 'old', 'yarn', 'unread']), text: z.string() }).nullable(),
  /** Packages that production needs by the lock file, and how many of those are optional. */
  production: z.number(),
  optional: z.number(),
  /** Packages found in node_modules; 0 where there is none. */
  installed: z.number(),
  devInstalled: some(Named),
  missing: some(Named),
  offLock: some(z.strictObject({ name: z.string(), locked: z.string(), installed: z.array(z.string()) })),
  /** Installed, reachable, and in no lock file. */
  extraneous: some(Named),
});
export type Dependencies = z.infer<typeof Dependencies>;

export const severities = ['critical', 'high', 'moderate', 'low', 'info'] as const;

const Advisories = z.strictObject({
  /** The registry's address, without credentials. */
  registry: z.string(),
  /** Production packages asked about, by name. */
  asked: z.number(),
  /** Packages of scopes that have a registry of their own: their names went nowhere. */
  notAsked: z.number(),
  /** registry.token is set, and was not sent: the host is not a trusted one. */
  tokenWithheld: z.boolean(),
  counts: z.partialRecord(z.enum(severities), z.number()),
  /** The worst first. */
  first: z.array(
    z.strictObject({
      name: z.string(),
      /** The locked versions that it applies to. */
      versions: z.array(z.string()),
      severity: z.enum(severities),
      title: z.string(),
      url: z.string(),
      /** As the registry says it: `<1.2.6`. */
      vulnerable: z.string(),
    }),
  ),
});
export type Advisories = z.infer<typeof Advisories>;

export const workspaceFacts = {
  'workspace.packages': z.strictObject({
    manager: z.enum(['pnpm', 'npm', 'yarn', 'none']),
    /** All packages of the workspace, its root with them. */
    total: z.number(),
    /** Those with a build script. */
    packages: z.array(BuiltPackage),
    /** The walk met its bounds: not every file or package was seen. */
    truncated: z.boolean(),
  }),
  'workspace.dependencies': Dependencies,
  'workspace.advisories': Advisories,
} as const satisfies Record<string, z.ZodType>;
