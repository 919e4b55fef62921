/** What the goldens are computed for, and what the small vocabularies learn their merges from. */

export const texts = {
  words: 'Once upon a time, the cat sat on the mat.',
  code: 'def f(x, n=10):\n\treturn x ** 2\r\n\r\n\tif (a[i] == 0) {\n    b += 1;  // why?\n\t}\r\n',
  chinese: '你好，世界。今天天气很好，我们去看看那个很好看的世界吧！',
  emoji: 'ok 👍🏽 👩‍👩‍👧 🇨🇳 é e\u0301 ñandú — “quoted” 1234.5',
  // Longer than one chunk of the engine's forward pass (256 tokens) for every small vocabulary.
  long:
    'The attention of the other theory is that the weather in the north is rather there than here; another mother ' +
    'gathers the feathers together with the leather. In the beginning there was nothing to see on the sea, and the ' +
    'sand on the shore was the same as the sand in the glass. for (let i = 0; i < 100; i++) { total += values[i] * ' +
    'weights[i]; }\n\tprint("the total is", total)\n世界很好，今天很好。Then the other side answered: 42, 43, 44 and so on 🙂, until the ' +
    'end of the day, when the light went out and the rain came in over the hills and the roofs of the town; nobody ' +
    'there had seen such rain since the winter of the great flood, and nobody wanted to see it again.',
};
