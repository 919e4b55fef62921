/** The linter's own rule: no spread of a literal, which only holds several properties, arguments or elements on one line against the formatter's will. */
const message =
  'Write the properties, arguments and elements themselves, each on its line where the formatter says so.';
const TRICKS = [
  'ObjectExpression ObjectExpression',
  'CallExpression ArrayExpression',
  'ArrayExpression ArrayExpression',
];

const none = {
  create: (context) => ({
    SpreadElement(node) {
      if (TRICKS.includes(`${node.parent.type} ${node.argument.type}`)) context.report({ node, message });
    },
  }),
};

export default { meta: { name: 'spread-tricks' }, rules: { none } };
