/** Lint rules: TypeScript's recommended ones, promises that nobody waits for, and which part may import which. */
import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

const nodeModules = builtinModules.flatMap((name) => (name.startsWith('_') ? [] : [name, `node:${name}`]));
const noVscode = { name: 'vscode', message: 'The worker and the protocol know nothing of VS Code.' };
const noNode = nodeModules.map((name) => ({
  name,
  message: 'The core also runs in a browser worker: put it into a *.node.ts file.',
}));
const pageOnly = {
  regex: '/src/(?!protocol/|shared/|milestones/)',
  message:
    'A page imports from webview/, src/protocol/ and src/shared/, and from an experiment what it declares for its view.',
};
const noPage = {
  regex: '/webview/',
  message: 'The page imports from src, never the other way.',
};
const noToolkit = {
  group: ['@vscode/webview-ui-toolkit', '@vscode/webview-ui-toolkit/*'],
  message: 'Only webview/shared/toolkit.ts imports the toolkit, so that it can be replaced.',
};
const seeded = {
  object: 'Math',
  property: 'random',
  message: 'Results are seeded: src/shared/random.ts. A nonce comes from node:crypto.',
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
  {
    files: ['src/engine/**/*.ts', 'src/milestones/**/*.ts', 'src/reasoning/**/*.ts', 'src/{protocol,shared}/**/*.ts'],
    rules: imports([noVscode, ...noNode], [noPage]),
  },
  {
    files: ['src/**/*.node.ts', 'src/engine/formats/fileSource.ts', 'src/{engine,milestones,reasoning}/**/*Worker.ts'],
    rules: imports([noVscode], [noPage]),
  },
  { files: ['webview/**/*.ts'], rules: imports([noVscode, ...noNode], [pageOnly, noToolkit]) },
  { files: ['webview/shared/toolkit.ts'], rules: imports([noVscode, ...noNode], [pageOnly]) },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
