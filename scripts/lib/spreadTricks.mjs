/** The linter's own rule: no spread of a literal, which only holds several properties or arguments on one line against the formatter's will. */
const message = 'Write the properties and arguments themselves, each on its line where the formatter says so.';

const none = {
  create: (context) => ({
    SpreadElement(node) {
      const within = `${node.parent.type} ${node.argument.type}`;
      if (within === 'ObjectExpression ObjectExpression' || within === 'CallExpression ArrayExpression')
        context.report({ node, message });
    },
  }),
};

export default { meta: { name: 'spread-tricks' }, rules: { none } };
