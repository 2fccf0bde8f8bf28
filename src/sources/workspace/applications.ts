import { dependsOn, type Manifest } from './manifest.ts';

/** What an application's build must leave behind. */
export interface Application {
  /** `SvelteKit with adapter-node`. */
  framework: string;
  /** The field names for the report, and the files of which the first that is there counts. */
  outputs: readonly { field: string; anyOf: readonly string[] }[];
  /** Why its output cannot be known; null where it can. */
  unknown: string | null;
  /** Folders whose files go into the build beside src. */
  assets: readonly string[];
}

export interface ApplicationFiles {
  /** The text of svelte.config.*, vite.config.*, next.config.* …, joined; empty where there is none. */
  config: string;
  has(path: string): boolean;
}

/** Whether the package is an application, by what it depends on and builds with. Pure. */
export function applicationOf(manifest: Manifest, files: ApplicationFiles): Application | null {
  const script = manifest.scripts.build ?? '';
  const exported = manifest.entry.exports !== undefined || manifest.entry.main !== undefined;
  if (dependsOn(manifest, '@sveltejs/kit') && !(exported && dependsOn(manifest, '@sveltejs/package'))) {
    return svelteKit(manifest, files);
  }
  if (dependsOn(manifest, 'next') && /\bnext build\b/.test(script)) {
    const unknown = /distDir|output\s*:\s*['"]export/.test(files.config)
      ? 'its Next configuration moves the output'
      : null;
    return app('Next.js', 'next build', ['.next/BUILD_ID'], unknown, ['public']);
  }
  if (dependsOn(manifest, 'nuxt') && /\bnuxi? (?:build|generate)\b|\bnuxt (?:build|generate)\b/.test(script)) {
    return app('Nuxt', 'nuxt build', ['.output/nitro.json', '.output/public/index.html'], null, [
      'public',
      'app',
      'server',
      'pages',
    ]);
  }
  if (dependsOn(manifest, 'astro') && /\bastro build\b/.test(script)) {
    const unknown = /outDir/.test(files.config) ? 'its Astro configuration moves the output' : null;
    return app('Astro', 'astro build', ['dist/server/entry.mjs', 'dist/index.html'], unknown, ['public']);
  }
  if (!exported && /\bvite build\b/.test(script) && files.has('index.html')) {
    const unknown = /outDir|\broot\s*:/.test(files.config) ? 'its Vite configuration moves the output' : null;
    return app('Vite', 'vite build', ['dist/index.html'], unknown, ['public']);
  }
  return null;
}

const app = (
  framework: string,
  field: string,
  anyOf: readonly string[],
  unknown: string | null,
  assets: readonly string[],
): Application => ({ framework, outputs: unknown ? [] : [{ field, anyOf }], unknown, assets });

/** SvelteKit documentation, "Adapters". */
function svelteKit(manifest: Manifest, { config }: ApplicationFiles): Application {
  const named = /@sveltejs\/adapter-([a-z-]+)/.exec(stripComments(config))?.[1];
  const installed = ['node', 'static', 'vercel', 'cloudflare'].filter((one) =>
    dependsOn(manifest, `@sveltejs/adapter-${one}`),
  );
  const adapter = named ?? (installed.length === 1 ? installed[0] : undefined);
  const field = `adapter-${adapter ?? 'unknown'}`;
  const folder = folderOf(config, adapter === 'static' ? 'pages' : 'out');
  const files: Record<string, readonly (readonly string[])[]> = {
    node: [[`${folder}/index.js`], [`${folder}/handler.js`]],
    static: [[...fallback(config, folder), `${folder}/index.html`]],
    vercel: [['.vercel/output/config.json']],
    cloudflare: [['.svelte-kit/cloudflare/_worker.js']],
  };
  const made = (adapter && folder !== null && files[adapter]) || null;
  return {
    framework: `SvelteKit with ${field}`,
    outputs: (made ?? [['.svelte-kit/output/server/index.js']]).map((anyOf) => ({
      field: made ? field : 'vite build',
      anyOf,
    })),
    unknown: made ? null : `where ${field} writes to is not known`,
    assets: ['static'],
  };
}

/** The adapter's `out` or `pages`: `build` unless told; null where the configuration computes it. */
function folderOf(config: string, option: 'out' | 'pages'): string | null {
  const text = stripComments(config);
  const literal = new RegExp(`\\b${option}\\s*:\\s*['"\`]([\\w./-]+)['"\`]`).exec(text)?.[1];
  if (literal) return literal.replace(/^\.\//, '').replace(/\/$/, '');
  return new RegExp(`\\b${option}\\s*:`).test(text) ? null : 'build';
}

function fallback(config: string, folder: string | null): string[] {
  const file = /\bfallback\s*:\s*['"`]([\w./-]+)['"`]/.exec(stripComments(config))?.[1];
  return file ? [`${folder}/${file}`] : [];
}

const stripComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, '');
