/** `2026-11-24T12:00:00.123456789Z stdout F {"level":…}` (Kubernetes, "CRI log format"). */
const cri = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) ([FP])(?::\S*)? (.*)$/s;
/** `web-1  | {"level":…}`, as docker compose logs prints it. */
const compose = /^[\w.-]{1,64} +\| (\{.*)$/s;
/** `[pod/web-5d/app] {"level":…}`, as kubectl logs --prefix prints it. */
const prefixed = /^\[pod\/[^\]\s]{1,300}\] (\{.*)$/s;

/**
 * Takes off what runtimes and viewers wrap around the application's own lines: Docker's json-file driver, the CRI's
 * files, journald as JSON, compose's and kubectl's prefixes. Pure: never throws, never adds a line.
 */
export function unwrap(lines: readonly string[]): string[] {
  const found: string[] = [];
  let part = '';
  for (const line of lines) {
    const wrapped = cri.exec(line);
    if (wrapped) {
      // P: a part of a line that goes on in the next.
      part += wrapped[2] ?? '';
      if (wrapped[1] === 'P') continue;
      found.push(part);
      part = '';
      continue;
    }
    const inner = compose.exec(line)?.[1] ?? prefixed.exec(line)?.[1] ?? fromJson(line);
    found.push(inner ?? line);
  }
  if (part !== '') found.push(part);
  return found.filter((line) => line.trim() !== '');
}

function fromJson(line: string): string | null {
  if (!/^\{.*(?:"log"|"MESSAGE")/s.test(line)) return null;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return null;
    const keys = Object.keys(value);
    const docker = 'log' in value && keys.every((key) => ['log', 'stream', 'time', 'attrs'].includes(key));
    const inner: unknown = docker
      ? value.log
      : '__REALTIME_TIMESTAMP' in value && 'MESSAGE' in value
        ? value.MESSAGE
        : null;
    return typeof inner === 'string' ? inner.replace(/\r?\n$/, '') : null;
  } catch {
    return null;
  }
}
