/** The name of an env file that an application reads, not of the example that a repository should have. */
export function isRealEnvFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    /^\.env(?:\.[\w.-]+)?$|\.env$/i.test(name) && !/example|sample|template|dist|default|schema|vault|tpl/i.test(name)
  );
}

/** The objects of env files that a tree lists, as it is stored: `MODE NAME<nul>HASH` again and again. */
export function envEntries(tree: Buffer, hashBytes: number): string[] {
  if (!tree.includes('.env', 0, 'latin1')) return [];
  const objects: string[] = [];
  for (let at = 0; at < tree.length; ) {
    const space = tree.indexOf(32, at);
    const end = tree.indexOf(0, at);
    if (space === -1 || end === -1) break;
    const mode = tree.toString('latin1', at, space);
    if (mode.startsWith('100') && isRealEnvFile(tree.toString('utf8', space + 1, end))) {
      objects.push(tree.toString('hex', end + 1, end + 1 + hashBytes));
    }
    at = end + 1 + hashBytes;
  }
  return objects;
}
