/**
 * The layer rules: sources look, checks judge, the engine says why nothing could be looked at, reports print.
 * Each layer knows only those below it. test/layers.test.ts plants a violation of each and expects its name here.
 */
const heavy =
  '(^|/)node_modules/(undici|pg|ioredis|@zxcvbn-ts|node-forge|dns2|parse5|csp_evaluator|tldts|semver|listr2|set-cookie-parser|ipaddr\\.js)/';

module.exports = {
  forbidden: [
    {
      name: 'facts-know-zod-only',
      comment: 'A fact is a shape: whoever keeps or replays facts must not drag in the rest.',
      severity: 'error',
      from: { path: '^src/facts/' },
      to: { pathNot: ['^src/facts/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'core-knows-facts-only',
      comment: 'The contract of checks does no I/O and has no package but zod.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: ['^src/(core|facts)/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'checks-judge-only',
      comment: 'A judge is pure: no source, no settings reader, no package, nothing of Node.',
      severity: 'error',
      from: { path: '^checks/' },
      to: { pathNot: ['^checks/', '^src/(core|facts)/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'sections-stand-alone',
      comment: 'A helper that two sections need lives in src/core under a noun.',
      severity: 'error',
      from: { path: '^checks/([^/]+)/' },
      to: { path: '^checks/[^/]+/', pathNot: '^checks/$1/' },
    },
    {
      name: 'config-reads-files-only',
      comment: 'Settings are read before anybody is contacted and know no check.',
      severity: 'error',
      from: { path: '^src/config/' },
      to: { pathNot: ['^src/config/', '(^|/)node_modules/(zod|js-yaml|dotenv|lilconfig)/', '^(node:)?(fs|fs/promises|path|util)$'] },
    },
    {
      name: 'sources-never-judge',
      comment: 'What a source could judge it could also hide.',
      severity: 'error',
      from: { path: '^src/sources/' },
      to: { path: '^(checks/|src/(core|engine|report|cli|records|audit))' },
    },
    {
      name: 'engine-knows-no-check',
      comment: 'The engine treats every line alike and prints nothing.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^(checks/|src/(report|cli|records|audit))' },
    },
    {
      name: 'report-prints-only',
      comment: 'A formatter turns a report into text and can decide nothing.',
      severity: 'error',
      from: { path: '^src/report/' },
      to: { path: '^(checks/|src/(sources|engine|config|cli|records|audit))' },
    },
    {
      name: 'heavy-packages-load-late',
      comment: 'A static import of these would cost every command its start-up time: await import() where they are used.',
      severity: 'error',
      from: { path: '^(src|checks)/' },
      to: { path: heavy, dependencyTypesNot: ['type-only'], dynamic: false, pathNot: '^$' },
    },
    {
      name: 'product-without-development-packages',
      comment: 'What ships may use only what is installed with it.',
      severity: 'error',
      from: { path: '^(src|checks)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one, or lack a third.',
      severity: 'error',
      from: { path: '^(src|checks)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that cannot be found hides from every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    exclude: { path: '^(dist|coverage)/' },
  },
};
