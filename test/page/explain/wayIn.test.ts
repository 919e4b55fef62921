/** At the foot of the panel: a picture of where in the model what is on show sits, and each expert's word in plain ones. */
import assert from 'node:assert/strict';
import { openExplained } from '../driver/explained';
import { linesOf } from '../driver/texts';

/** The words that the panel uses and does not explain beside them. */
const WORDS = {
  en: ['token', 'layer', 'head', 'query', 'key', 'value', 'weight', 'sink', '<|bos|>', 'logit', 'surprisal', 'entropy', 'neuron', 'router', 'expert', 'margin', 'KL', 'probe'], // prettier-ignore
  'zh-cn': ['词元', '层', '头', '查询', '键', '值', '权重', '汇', '<|bos|>', 'logit', '意外程度', '熵', '神经元', '路由器', '专家', '余量', 'KL', '探测'], // prettier-ignore
};

for (const language of ['en', 'zh-cn'] as const) {
  it(`The way in: the architecture with what is on show, and the experts’ words, ${language}`, async () => {
    const view = await openExplained(linesOf('sample.ts', 9, 11), { language });
    try {
      await view.complete();
      const foot = view.section('architecture');
      await foot.locator('summary').click();
      await view.settled();
      const terms = await foot.locator('.glossary dt').allTextContents();
      for (const word of WORDS[language]) assert.ok(terms.some((term) => term.includes(word)), `${word}: ${terms.join()}`); // prettier-ignore
      const meanings = await foot.locator('.glossary dd').allTextContents();
      assert.equal(meanings.length, terms.length);
      assert.ok(meanings.every((meaning) => (language === 'en' ? / / : /\p{Script=Han}/u).test(meaning)));
      // Six layers of eight heads and 64 experts: filled are the head on show and two experts of its token in each layer.
      assert.equal(await foot.locator('.architecture-cell').count(), 6 * (8 + 64));
      assert.equal(await foot.locator('.architecture-cell.on').count(), 1 + 6 * 2);
      const words = (await foot.locator('svg text').allTextContents()).join('\n');
      for (const size of ['6,144', '8', '32', '64', '256']) assert.ok(words.includes(size), `${size}: ${words}`);
    } finally {
      await view.close();
    }
  });
}
