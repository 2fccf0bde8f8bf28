import { unbuiltCheck } from '../../src/core/define.ts';

export const databasePrivate = unbuiltCheck({
  id: 'network.database-private',
  item: 'Database not publicly accessible',
  by: ['probe'],
  pass: "from an outside vantage (declared, never guessed) the host does not resolve, resolves to private addresses, or refuses or drops connections; or the provider's API says that it is not publicly accessible",
  fail: "a public address accepts a connection from outside; the evidence names the vantage; a database that is public by its provider's design fails as managed-public unless expect accepts it by name (then its TLS and its refusal without credentials are shown, as a warning); from an inside or undeclared vantage it is `manual`, a private answer of an inside resolver included",
});
