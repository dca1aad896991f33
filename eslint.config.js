import tseslint from 'typescript-eslint';
import { stageImports } from './lint/stage-imports.js';

export default tseslint.config(
  { ignores: ['node_modules/', 'webhooks/payloads/', '.tmp/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { offshoot: { rules: { 'stage-imports': stageImports } } },
    rules: {
      'offshoot/stage-imports': 'error',
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
