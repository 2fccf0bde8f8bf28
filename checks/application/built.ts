import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Package = Facts['workspace.packages']['packages'][number];
type Reason = 'missing-output' | 'stale-output';

/** A checkout writes some thousand files a second; its own speed must not look like a build after it. */
const oneCheckout = ({ spanMs, files }: Package) => spanMs <= 2000 + files;

const missingOf = ({ outputs }: Package) => outputs.filter(({ state }) => state === 'missing');
const made = ({ outputs }: Package) => outputs.some(({ state }) => state === 'built');

type Manager = Facts['workspace.packages']['manager'];

/** The command that builds one package, run at the workspace's root. */
function buildCommand({ name, folder }: Package, manager: Manager): string {
  if (folder === '.' || manager === 'none') return manager === 'none' ? 'npm run build' : `${manager} run build`;
  if (manager === 'pnpm') return `pnpm --filter ${name} build`;
  return manager === 'yarn' ? `yarn workspace ${name} build` : `npm run build -w ${name}`;
}

function faultsOf(one: Package, manager: Manager): Fault<Reason>[] {
  const faults: Fault<Reason>[] = [];
  const at = one.folder === '.' ? '' : `${one.folder}/`;
  const fix = buildCommand(one, manager);
  const missing = missingOf(one);
  if (missing.length > 0) {
    const paths = [...new Set(missing.map(({ path }) => path))];
    const because = `${one.name} lacks ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`;
    const findings = missing.map(({ field, path }) => ({
      where: `${at}package.json`,
      what: `${field} names ${path}, which is not there`,
    }));
    faults.push({ reason: 'missing-output', because, fix, findings });
  }
  const changed = one.record?.changed ?? [];
  if (changed.length > 0) {
    const because = `${one.name} was built from another ${changed[0]} (${one.record?.file ?? ''})`;
    const findings = changed.map((path) => ({ where: at + path, what: 'changed since the build, by its digest' }));
    faults.push({ reason: 'stale-output', because, fix, findings });
  } else if (!one.record && !oneCheckout(one) && one.late.count > 0) {
    const [first] = one.late.first;
    const because = `${one.name} is older than its sources: ${first?.output.path} of ${first?.output.at}, ${first?.source.path} of ${first?.source.at}`;
    const findings = one.late.first.map(({ source, output }) => ({
      where: at + source.path,
      what: `newer than ${output.path}`,
    }));
    faults.push({ reason: 'stale-output', because, fix, findings });
  }
  return faults;
}

/** Why a package without a fault cannot be said to be built and fresh. */
function doubtOf(
  one: Package,
): { reason: 'unknown-output' | 'one-checkout-time' | 'no-sources'; because: string } | null {
  if (one.unknown !== null) return { reason: 'unknown-output', because: `${one.name}: ${one.unknown}` };
  if (!made(one) || one.record) return null;
  if (one.sources === 0)
    return { reason: 'no-sources', because: `${one.name} has outputs, and no source to hold them against` };
  if (!oneCheckout(one)) return null;
  const because = `sources and outputs of ${one.name} bear one checkout time, and no .tsbuildinfo binds them: a stale build would look the same`;
  return { reason: 'one-checkout-time', because };
}

export const built = defineCheck({
  id: 'application.built',
  item: 'All packages built (`pnpm build`)',
  rule: {
    pass: "every workspace package with a build script has the outputs that its package.json names (main, module, types, bin, exports), newer than its sources (where all files bear one checkout time and no .tsbuildinfo, build-tool record or `evidence add` binds outputs to sources, staleness is unclear and only a missing output fails); applications have their adapter's output; a package that only type-checks and exports its sources has nothing to be stale",
    fail: 'missing or stale outputs, named by package',
  },
  why: 'What is deployed is the build, not the source: a package that was not built, or was built before the last change, ships something else than what was reviewed and tested.',
  remedy:
    'Run `pnpm build` in the job that makes the artefact, and deploy what it wrote: for SvelteKit the build/ folder of adapter-node. In CI clear old outputs first, so that a failed build leaves nothing stale behind.',
  docs: [
    'https://nodejs.org/api/packages.html#package-entry-points',
    'https://pnpm.io/pnpm-workspace_yaml',
    'https://svelte.dev/docs/kit/adapters',
  ],
  reasons: {
    built: 'every package has its outputs, newer than its sources',
    'missing-output': 'a file that package.json or the adapter names is not there',
    'stale-output': 'a source has changed since the build',
    'one-checkout-time': 'all files bear one checkout time, and nothing binds the outputs to the sources',
    'unknown-output': 'nothing says which files a build should make',
    'no-sources': 'a package has outputs and no sources beside them',
    'no-build-script': 'no package has a build script',
    truncated: 'the workspace is larger than what is looked at',
  },
  ways: (make) => [
    make.probe({
      how: 'package.json, outputs and sources of each package of the workspace',
      needs: ['workspace.packages'],
      judge({ 'workspace.packages': workspace }) {
        const { packages } = workspace;
        const own = packages.filter(({ kind }) => kind !== 'root');
        const seen = {
          packages: own.map(({ name, outputs, sources }) => ({ name, outputs: outputs.length, sources })),
          manager: workspace.manager,
        };
        const faults = own
          .flatMap((one) => faultsOf(one, workspace.manager))
          .sort((a, b) => a.reason.localeCompare(b.reason));
        if (faults.length === 0 && own.length === 0) {
          return {
            status: 'unclear',
            reason: 'no-build-script',
            because: `none of ${workspace.total} packages has a build script of its own`,
          };
        }
        if (faults.length === 0 && workspace.truncated) {
          return {
            status: 'unclear',
            reason: 'truncated',
            because: 'the workspace holds more files than are looked at',
            seen,
          };
        }
        const doubt = faults.length === 0 ? own.map(doubtOf).find((one) => one !== null) : null;
        if (doubt) return { status: 'unclear', ...doubt, seen };
        const because = `${own.length} of ${workspace.total} packages have a build script, and all their outputs, newer than their sources`;
        return failOrPass(faults, { reason: 'built', because }, { seen });
      },
    }),
    make.attest('Were all packages built from the commit that is deployed?', 30),
  ],
});
