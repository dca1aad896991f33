/**
 * Data flows one way. A stage (a folder of src/) may import by value only itself and model/; of another stage it may import types,
 * from its api.ts. Only operator/ and main.ts may import from all of them: they put everything together.
 */
const free = new Set(['', 'operator']);

export const stageImports = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      value: '{{from}}/ imports {{to}}/ by value. Have main.ts hand it in, or move what both need to model/.',
      type: "{{from}}/ imports a type from the inside of {{to}}/. Put the type into {{to}}/api.ts: that is the stage's contract.",
      client:
        'Only cluster/ imports client-node: its models drop fields they do not know (docs/decisions/0002).',
      environment: 'Only main.ts reads the environment: take the value from Config.',
    },
  },
  create(context) {
    const from = stageOf(context.filename);
    if (from === undefined) return {};
    return {
      ImportDeclaration(node) {
        const source = String(node.source.value);
        if (source === '@kubernetes/client-node' && from !== 'cluster')
          context.report({ node, messageId: 'client' });
        if (!source.startsWith('.')) return;
        const path = new URL(source, `file://${context.filename}`).pathname;
        const to = stageOf(path);
        if (free.has(from) || to === undefined || to === from || to === 'model') return;
        const onlyTypes =
          node.importKind === 'type' || node.specifiers.every((one) => one.importKind === 'type');
        if (!onlyTypes) context.report({ node, messageId: 'value', data: { from, to } });
        else if (!path.endsWith(`/src/${to}/api.ts`))
          context.report({ node, messageId: 'type', data: { from, to } });
      },
      MemberExpression(node) {
        const reads = node.object.name === 'process' && node.property.name === 'env';
        if (reads && !context.filename.endsWith('/src/main.ts'))
          context.report({ node, messageId: 'environment' });
      },
    };
  },
};

/**
 * `cli` for …/src/cli/ls.ts, an empty text for …/src/main.ts, undefined outside src/. A variant's `spec.ts` holds its own fields of our
 * kinds: wherever it lies, it is part of model/, and imports as little (docs/decisions/0021).
 */
function stageOf(path) {
  if (/\/src\/.*\/spec\.ts$/.test(path)) return 'model';
  const inside = /\/src\/(.*)$/.exec(path)?.[1];
  if (inside === undefined) return undefined;
  return inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : '';
}
