import tseslint from 'typescript-eslint';
import { reasonsByColumn } from './lint/reasons-by-column.js';
import { stageImports } from './lint/stage-imports.js';

export default tseslint.config(
  { ignores: ['node_modules/', 'webhooks/payloads/', '.tmp/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: {
      offshoot: { rules: { 'stage-imports': stageImports, 'reasons-by-column': reasonsByColumn } },
    },
    rules: {
      'offshoot/stage-imports': 'error',
      'offshoot/reasons-by-column': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // Our ports are closures: none of them has a `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // A port's method is async because another implementation waits.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true }],
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
