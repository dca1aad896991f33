import { conditionTypes } from '../src/model/conditions.ts';
import { reasons } from '../src/model/reasons.ts';

/**
 * A new reason is one row of src/model/reasons.ts. So nobody treats reasons differently by name: no comparison, no list, no map
 * of them. To create a condition with a reason is fine.
 */
const TABLE = /\/src\/model\/reason(s|-kinds)\.ts$/;

/** A few words are types of conditions as well. */
const types = new Set(conditionTypes);

export const reasonsByColumn = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      named: '{{word}} is a reason. Ask a column of src/model/reasons.ts (rowOf), or add one.',
    },
  },
  create(context) {
    if (!context.filename.includes('/src/') || TABLE.test(context.filename)) return {};
    const report = (node, word) => context.report({ node, messageId: 'named', data: { word } });

    /** `reason === 'Queued'`, and whatever is compared with a word that is nothing but a reason. */
    const compared = (node, one, other) => {
      const word = textOf(one) ?? textOf(other);
      if (!isReason(word)) return;
      if (!types.has(word) || speaksOfReason(one) || speaksOfReason(other)) report(node, word);
    };
    /** All of them reasons, and not all types of conditions. */
    const listed = (node, words) => {
      if (words.length > 0 && words.every(isReason) && !words.every((word) => types.has(word)))
        report(node, words.join(', '));
    };

    return {
      BinaryExpression(node) {
        if (/^[!=]==?$/.test(node.operator)) compared(node, node.left, node.right);
      },
      SwitchCase(node) {
        if (node.test) compared(node, node.test, node.parent.discriminant);
      },
      ArrayExpression(node) {
        listed(node, node.elements.map(textOf));
      },
      ObjectExpression(node) {
        const words = node.properties.map(({ key }) => key?.name ?? textOf(key));
        if (words.length > 1) listed(node, words);
      },
      CallExpression({ callee, arguments: given }) {
        const matches = /^(startsWith|endsWith|includes|match|test)$/.test(callee.property?.name ?? '');
        if (matches && speaksOfReason(callee.object) && textOf(given[0]) !== undefined)
          report(callee, textOf(given[0]));
      },
    };
  },
};

const isReason = (word) => word !== undefined && Object.hasOwn(reasons, word);

const textOf = (node) =>
  node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;

/** `reason`, `ready.reason`, `ready?.reason ?? ''`, `reasonOf(preview)`. */
function speaksOfReason(node) {
  switch (node?.type) {
    case 'Identifier':
      return /^reason|Reason$/.test(node.name);
    case 'MemberExpression':
      return speaksOfReason(node.property);
    case 'CallExpression':
      return speaksOfReason(node.callee);
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
      return speaksOfReason(node.expression);
    case 'LogicalExpression':
      return speaksOfReason(node.left) || speaksOfReason(node.right);
    default:
      return false;
  }
}
