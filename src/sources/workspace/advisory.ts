import { severities } from '../../facts/workspace.ts';
import { LookFailed } from '../gathering.ts';
import { isObject } from './files.ts';

export interface Advisory {
  name: string;
  severity: (typeof severities)[number];
  title: string;
  url: string;
  /** A range of semver: `<1.2.6 || >=2.0.0 <2.0.3`. */
  vulnerable: string;
}

const MAX_RANGE = 1000;

/**
 * The answer of the bulk endpoint: from package name to its advisories (npm, "npm-audit": bulk advisory endpoint). Pure.
 * @returns null where it is anything else; an empty object is a good answer: no advisory
 */
export function parseAdvisories(text: string): Advisory[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const found: Advisory[] = [];
  for (const [name, list] of Object.entries(value)) {
    if (!Array.isArray(list)) return null;
    for (const item of list as unknown[]) {
      const one = isObject(item) ? advisoryOf(name, item) : null;
      if (!one) return null;
      found.push(one);
    }
  }
  return found;
}

function advisoryOf(name: string, { severity, vulnerable_versions: range, title, url }: Record<string, unknown>) {
  const known = severities.find((one) => one === severity);
  // Longer than any real one: it would be cut in the report, and must not be in the comparison.
  if (!known || typeof range !== 'string' || range.length > MAX_RANGE) return null;
  return {
    name: name.slice(0, 214),
    severity: known,
    title: (typeof title === 'string' ? title : '').slice(0, 200),
    url: (typeof url === 'string' ? url : '').slice(0, 300),
    vulnerable: range,
  };
}

/**
 * Those whose range holds a locked version: the endpoint may answer with all advisories of a package.
 * @throws LookFailed malformed for a range that semver cannot read: it must not pass for "does not apply"
 */
export async function applying(advisories: readonly Advisory[], versions: ReadonlyMap<string, ReadonlySet<string>>) {
  if (advisories.length === 0) return [];
  const { default: semver } = await import('semver');
  return advisories.flatMap((advisory) => {
    const range = semver.validRange(advisory.vulnerable, { includePrerelease: true });
    if (range === null) {
      throw new LookFailed({
        cause: 'malformed',
        because: `an advisory for ${advisory.name} has a range of versions that cannot be read`,
        fix: 'name a registry that serves npm’s advisories: registry.url in svcheck.yaml',
        where: 'advisories',
      });
    }
    const hit = [...(versions.get(advisory.name) ?? [])].filter((version) =>
      semver.satisfies(version, range, { includePrerelease: true }),
    );
    return hit.length > 0 ? [{ ...advisory, versions: hit }] : [];
  });
}
