/** Lint rules: TypeScript's recommended ones, and promises that nobody waits for. Which ring may import which: tsconfig/. */
import tseslint from 'typescript-eslint';

// The compiler would find the types of VS Code in any ring.
const noVscode = { name: 'vscode', message: 'Only the extension host knows VS Code.' };
const noToolkit = {
  group: ['@vscode/webview-ui-toolkit', '@vscode/webview-ui-toolkit/*'],
  message: 'Only webview/shared/toolkit.ts imports the toolkit, so that it can be replaced.',
};
const seeded = {
  object: 'Math',
  property: 'random',
  message: 'Results are seeded: src/shared/random.ts. A nonce comes from node:crypto.',
};

// Several on one line against the formatter's will.
const spreadTrick = {
  selector:
    ':matches(ObjectExpression > SpreadElement > ObjectExpression, CallExpression > SpreadElement > ArrayExpression)',
  message: 'Write the properties and arguments themselves, each on its line where the formatter says so.',
};

/** no-restricted-imports is not merged between blocks: each block says all that holds for its files. */
const imports = (paths, patterns = []) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }],
});

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'out/',
      'training/',
      'media/',
      '.vscode-test/',
      '.cache/',
      'src/engine/kernel/assembly/',
      'test/workspace/',
      'test/fixtures/',
      'test/reference/',
      'bench/node_modules/',
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-var': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-restricted-syntax': ['error', spreadTrick],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts', 'test/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  { files: ['src/**/*.ts', 'webview/**/*.ts'], rules: { 'no-restricted-properties': ['error', seeded] } },
  { files: ['src/{engine,reasoning,milestones,protocol,shared,cli,stores}/**/*.ts'], rules: imports([noVscode]) },
  { files: ['webview/**/*.ts'], rules: imports([noVscode], [noToolkit]) },
  { files: ['webview/shared/toolkit.ts'], rules: imports([noVscode]) },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
