/** Whether a glob (`*` any characters) matches a check's id or its section: `redis`, `redis.*`, `env.*-url`. */
export function matches(glob: string, id: string): boolean {
  const pattern = new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return pattern.test(id) || pattern.test(id.split('.')[0] ?? '');
}
