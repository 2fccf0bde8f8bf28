import tseslint from 'typescript-eslint';

const revealed = {
  selector: "MemberExpression[property.name='reveal']",
  message: 'Only src/sources may reveal a Secret: nothing else may be able to print it.',
};
const printed = {
  selector:
    "MemberExpression[object.object.name='process'][object.property.name='stdout'], CallExpression[callee.object.name='process'][callee.property.name='exit'], CallExpression[callee.object.name='console']",
  message: 'Only src/cli prints and ends the process.',
};

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'fixtures/demo/product/', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-misused-spread': 'off', // zod shapes and words of ASCII are spread on purpose
      '@typescript-eslint/unbound-method': 'off', // no class method is passed around; interfaces of functions are
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'off',
      // Interfaces of sources are asynchronous although one of them may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Bytes and control characters of strangers are what parsers and printers look for.
      'no-control-regex': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'checks/**/*.ts'],
    ignores: ['src/sources/**', 'src/cli/**'],
    rules: { 'no-restricted-syntax': ['error', revealed, printed] },
  },
  { files: ['src/cli/**/*.ts'], rules: { 'no-restricted-syntax': ['error', revealed] } },
  { files: ['src/sources/**/*.ts'], rules: { 'no-restricted-syntax': ['error', printed] } },
  {
    files: ['checks/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'Buffer', 'performance'].map((entry) =>
        entry === 'error' ? entry : { name: entry, message: 'A judge is pure: it has facts and rules, nothing else.' },
      ),
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'A judge takes the time from rules.now.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'fixtures/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-member-access': 'off' },
  },
);
