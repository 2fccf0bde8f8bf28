import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Judgement, type Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';

type Dependencies = Facts['workspace.dependencies'];
type Advisories = Facts['workspace.advisories'];
type Fails = 'critical-advisory' | 'missing' | 'off-lock' | 'dev-installed';
type Unclear = 'no-lock-file' | 'name-artifact' | 'no-production-dependencies' | 'advisories-not-asked';
type Warns = 'extraneous' | 'token-withheld' | 'scope-not-asked';
type Reason = Fails | Unclear | Warns | 'production-only';

interface Named {
  name: string;
  version: string;
}
const list = ({ count, first }: { count: number; first: readonly Named[] }) => {
  const names = first.slice(0, 3).map(({ name, version }) => (version ? `${name}@${version}` : name));
  return `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`;
};
const findings = (items: readonly Named[], where: string, what: string) =>
  items.map(({ name, version }) => ({ where: `${where}/node_modules/${name}`, what: `${name} ${version} ${what}` }));

function faultsOf(facts: Dependencies, advisories: Advisories | null): Fault<Fails>[] {
  const { folder, artifact, devInstalled, missing, offLock } = facts;
  const install = facts.lock?.manager === 'pnpm' ? 'pnpm install --frozen-lockfile' : 'npm ci';
  const fix = artifact
    ? `in ${folder}: ${install} ${facts.lock?.manager === 'pnpm' ? '--prod' : '--omit=dev'}`
    : install;
  const faults: Fault<Fails>[] = [];
  const critical = advisories?.first.filter(({ severity }) => severity === 'critical') ?? [];
  const [worst] = critical;
  if (worst) {
    const count = advisories?.counts.critical ?? critical.length;
    const because = `${count} critical ${count === 1 ? 'advisory' : 'advisories'}: ${worst.name} ${worst.versions.join(', ')}, ${worst.title}`;
    const each = critical.map(({ name, versions, title, url }) => ({
      where: url || name,
      what: `${name} ${versions.join(', ')}: ${title}`,
    }));
    faults.push({
      reason: 'critical-advisory',
      because,
      fix: `update ${worst.name} out of ${worst.vulnerable}`,
      findings: each,
    });
  }
  if (artifact && missing.count > 0) {
    faults.push({
      reason: 'missing',
      because: `not installed: ${list(missing)}`,
      fix,
      findings: findings(missing.first, folder, 'is not installed'),
    });
  }
  const [off] = offLock.first;
  if (off) {
    const because = `${offLock.count} off the lock: ${off.name} is ${off.installed.join(', ')}, locked at ${off.locked}`;
    const each = offLock.first.map(({ name, locked, installed }) => ({
      where: `${folder}/node_modules/${name}`,
      what: `${installed.join(', ')} in place of ${locked}`,
    }));
    faults.push({ reason: 'off-lock', because, fix, findings: each });
  }
  if (artifact && devInstalled.count > 0) {
    const each = findings(devInstalled.first, folder, 'is a devDependency');
    faults.push({
      reason: 'dev-installed',
      because: `devDependencies are installed: ${list(devInstalled)}`,
      fix,
      findings: each,
    });
  }
  return faults;
}

/** What keeps a look without a fault from being a pass. */
function doubtOf(facts: Dependencies, advisories: Known<Advisories>): Judgement<Reason> | null {
  const unclear = (reason: Unclear, because: string) => ({ status: 'unclear' as const, reason, because });
  if (facts.noLock) return unclear('no-lock-file', facts.noLock.text);
  if (advisories.state === 'unreachable') {
    const { cause, because, fix } = advisories;
    return { status: 'error', reason: cause, because: `the registry was asked for advisories: ${because}`, fix };
  }
  if (!facts.artifact)
    return unclear(
      'name-artifact',
      'a working checkout may hold devDependencies: name artifact in svcheck.yaml, the folder as deployed',
    );
  if (facts.production === 0)
    return unclear(
      'no-production-dependencies',
      `${facts.folder} asks for no production dependency: what a bundle holds cannot be seen by its lock file`,
    );
  if (advisories.state === 'absent')
    return unclear('advisories-not-asked', `no registry was asked for advisories: ${advisories.because}`);
  return null;
}

function warningsOf(facts: Dependencies, advisories: Advisories | null): Warning<Warns>[] {
  const warnings: Warning<Warns>[] = [];
  if (facts.artifact && facts.extraneous.count > 0) {
    warnings.push({ reason: 'extraneous', text: `installed and in no lock file: ${list(facts.extraneous)}` });
  }
  if (advisories?.tokenWithheld) {
    warnings.push({
      reason: 'token-withheld',
      text: `registry.token was not sent to ${advisories.registry}: only --trust-host lets it go there`,
    });
  }
  if (advisories && advisories.notAsked > 0) {
    warnings.push({
      reason: 'scope-not-asked',
      text: `${advisories.notAsked} packages of a scope with its own registry: no advisory service was asked about them`,
    });
  }
  return warnings;
}

export const dependencies = defineCheck({
  id: 'application.dependencies',
  item: 'Dependencies installed (production only)',
  rule: {
    pass: 'in the folder as deployed (artifact: in svcheck.yaml) production dependencies are installed at the locked versions, no devDependency is, and no known critical advisory (a registry that does not answer makes the line `error`)',
    fail: 'a devDependency is installed there, a dependency is missing or off its lock, a critical advisory; in a working checkout (no artifact given) a dependency off its lock or a critical advisory still fails; otherwise the line is `manual: name artifact`',
  },
  why: 'Packages that production does not need are code that an attacker can use and nobody watches; a version off the lock is one that nobody tested.',
  remedy:
    'Install what is deployed with `pnpm deploy --prod` or `npm ci --omit=dev`, from the lock file. For an advisory: `pnpm audit`, then `pnpm update NAME`, or an override of the transitive version in package.json.',
  docs: [
    'https://docs.npmjs.com/cli/configuring-npm/package-lock-json',
    'https://pnpm.io/cli/install#--prod--p',
    'https://docs.npmjs.com/cli/commands/npm-audit',
  ],
  reasons: {
    'production-only':
      'what production needs is installed at its locked versions, nothing of development, no critical advisory',
    'critical-advisory': 'a locked version has a critical advisory',
    missing: 'a production dependency is not installed',
    'off-lock': 'an installed version is not the locked one',
    'dev-installed': 'a devDependency is installed in the folder as deployed',
    'no-lock-file': 'no lock file of pnpm or npm says which versions belong there',
    'name-artifact': 'only a working checkout was looked at: name artifact, the folder as deployed',
    'no-production-dependencies': 'the folder asks for no production dependency: nothing was examined',
    'advisories-not-asked': 'no registry was asked for advisories',
    extraneous: 'packages are installed that no lock file has',
    'token-withheld': 'registry.token was not sent, for the host is not a trusted one',
    'scope-not-asked': 'no advisory service was asked about packages of a scope with its own registry',
  },
  ways: (make) => [
    make.probe({
      how: 'lock file and node_modules of the folder as deployed, advisories of the registry',
      settings: ['artifact'],
      needs: ['workspace.dependencies'],
      wants: ['workspace.advisories'],
      judge({ 'workspace.dependencies': facts, 'workspace.advisories': asked }) {
        const advisories = asked.state === 'known' ? asked.value : null;
        const faults = faultsOf(facts, advisories);
        const seen = {
          lock: facts.lock,
          production: facts.production,
          installed: facts.installed,
          advisories: advisories?.counts ?? null,
        };
        const warnings = warningsOf(facts, advisories);
        const doubt = faults.length === 0 ? doubtOf(facts, asked) : null;
        if (doubt) return doubt.status === 'unclear' ? { ...doubt, seen, warnings } : { ...doubt, seen };
        const because = `${facts.production} production packages at the versions of ${facts.lock?.file}, no devDependency, no critical advisory`;
        return failOrPass(faults, { reason: 'production-only', because }, { seen, warnings });
      },
    }),
    make.attest('Does what is deployed hold production dependencies only, at their locked versions?', 30),
  ],
});
