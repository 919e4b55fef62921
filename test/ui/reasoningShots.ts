/** The chain-of-thought panel for the contact sheets: what is opened, and what is done there before the picture. */
import type { FrameLocator } from 'playwright-core';
import { tinyModelBytes } from '../support/tinyModel';
import type { Workbench } from './driver/workbench';

const WAIT = 120_000;

const LONG = `<think>\n${Array.from({ length: 400 }, (_, i) => {
  const [a, b] = [(i * 37) % 90, (i * 13) % 50];
  // Every fiftieth sum is wrong.
  return `In step ${i + 1} we take ${a} of them and add ${b} more, so that ${a} + ${b} = ${a + b + (i % 50 === 49 ? 1 : 0)}, and look at what is left before we go on.`;
}).join('\n')}\n</think>\nThe answer is 40.\n`;

const MANY = `A farm has 12 hens. How many animals are there in the end?\n<think>\n${Array.from(
  { length: 14 },
  (_, i) => {
    const [a, b] = [12 + i * (i + 1), 2 * (i + 1)];
    return `Day ${i + 1}: ${b} more come, so there are ${a} + ${b} = ${a + b} animals.`;
  },
).join('\n')}\n</think>\n222\n`;

/** Files written into the workspace; the whole file is selected. */
export const REASONING_FILES: Record<string, string | Uint8Array> = {
  'reason-short.txt':
    'Ann has 15 pens. She buys 8 more. Ben gives Ann 4 pens. Then Ann loses 6 pens. How many pens does Ann have now?',
  'reason-long.txt': LONG,
  'reason-many.txt': MANY,
  'reason-chinese.txt':
    '小明有12个苹果。小明又买了9个苹果。小红给了小明5个苹果。小明丢了3个苹果。小明现在有多少个苹果？',
  'reason-circles.txt': 'What is the area of a rectangle with sides 7 cm and 12 cm?',
  'reason-unknown.txt': 'How many ways can 4 books be arranged on a shelf?',
  'reason-wrong.txt':
    'A shop sells 14 bags with 6 apples each and 30 pears. How many pieces of fruit are there, and how many for 4 people?\n<think>\nThe bags hold $14 \\times 6 = 86$ apples.\nTogether with the pears that makes 86 + 30 = 116 pieces.\nHalf of the pears are 30 / 2 = 15.\nWait, let me re-read the question.\nThe shop has 86 days of stock, 86 * 2 = 172.\nFor 4 people: 116 / 4 = 28.\nNo, 116 / 4 = 29.\nSo each gets 29.\n</think>\nThe answer is 29.\n',
  'reason-two.jsonl': [
    'She buys 3 more: 5 + 3 = 8\nShe gives 2 away: 8 - 2 = 6\n#### 6',
    'She buys 3 more: 5 + 3 = 9\nShe gives 2 away: 9 - 2 = 7\n#### 7',
  ]
    .map((answer) => `${JSON.stringify({ question: 'Ann has 5 pens. How many are left?', answer })}\n`)
    .join(''),
  'reason-empty.txt': '',
  'reason-none.txt': '#### 5\n',
  'reason-broken.json': '{\n  "messages": [\n    {"role": "user" "content": 1}\n  ]\n}\n',
  'mine.gguf': tinyModelBytes({ chat: true }),
};

/** A server that is down. */
export const REASONING_SETTINGS = {
  'attentionExplainer.server.url': 'http://127.0.0.1:59321/v1',
  'attentionExplainer.server.model': 'qwen3',
};

/** What is done in the panel before the picture is taken. */
type Act = (frame: FrameLocator, workbench: Workbench) => Promise<void>;

export interface ReasoningInput {
  file: string;
  act: Act;
}

const section = (frame: FrameLocator, name: string) => frame.locator(`[data-section="${name}"]`);
const done = (frame: FrameLocator): Promise<void> =>
  frame.locator('#app[data-state="done"]').waitFor({ timeout: WAIT });
const intoView = async (frame: FrameLocator, name: string): Promise<void> => {
  await section(frame, name).evaluate((element) => {
    element.scrollIntoView();
    // The toolbar stays on top.
    const toolbar = document.querySelector('.toolbar');
    scrollBy(0, -8 - (toolbar?.getBoundingClientRect().height ?? 0));
  });
};

/** Solved or read, with its curve, and one step further. */
const stepped: Act = async (frame, { page }) => {
  await done(frame);
  await frame.locator('.steps').focus();
  await page.keyboard.press('ArrowRight');
  await frame.locator('.point').nth(1).waitFor({ timeout: WAIT });
};

/** What was written elsewhere is read by the model here only where one asks for it. */
const looked: Act = async (frame, workbench) => {
  await done(frame);
  await section(frame, 'looked').locator('summary').first().click();
  await stepped(frame, workbench);
};

const whoSolves =
  (whom: 'model' | 'server' | 'vscode'): Act =>
  async (frame) => {
    await frame.locator('.problems li').first().waitFor({ timeout: WAIT });
    await section(frame, 'start').locator('select').first().selectOption(whom);
  };

const failed: Act = (frame) => frame.getByRole('alert').waitFor({ timeout: WAIT });

export const REASONING_INPUTS = {
  start: { file: 'reason-empty.txt', act: whoSolves('model') },
  server: { file: 'reason-empty.txt', act: whoSolves('server') },
  vscode: { file: 'reason-empty.txt', act: whoSolves('vscode') },
  solved: {
    file: 'reason-short.txt',
    async act(frame) {
      await done(frame);
      await frame.locator('.point').nth(3).waitFor({ timeout: WAIT });
    },
  },
  stepping: {
    file: 'reason-short.txt',
    async act(frame, workbench) {
      await stepped(frame, workbench);
      await workbench.page.keyboard.press('ArrowRight');
      await intoView(frame, 'figure');
    },
  },
  whole: {
    file: 'reason-short.txt',
    async act(frame, workbench) {
      await stepped(frame, workbench);
      await workbench.runCommand('View: Toggle Maximize Editor Group');
    },
  },
  chinese: { file: 'reason-chinese.txt', act: stepped },
  circles: { file: 'reason-circles.txt', act: done },
  unknown: { file: 'reason-unknown.txt', act: done },
  cut: {
    file: 'reason-short.txt',
    async act(frame, workbench) {
      await stepped(frame, workbench);
      // “Cut each step”
      await section(frame, 'ablation').locator('vscode-button').nth(1).click();
      await section(frame, 'ablation').locator('.bars li').nth(2).waitFor({ timeout: WAIT });
      await done(frame);
      await intoView(frame, 'ablation');
    },
  },
  anew: {
    file: 'reason-short.txt',
    async act(frame, workbench) {
      await stepped(frame, workbench);
      await section(frame, 'ablation').locator('input').first().fill('4');
      await section(frame, 'ablation').locator('vscode-button').nth(2).click();
      await section(frame, 'ablation').locator('.side-by-side').waitFor({ timeout: WAIT });
      await done(frame);
      await intoView(frame, 'ablation');
    },
  },
  branches: {
    file: 'reason-short.txt',
    async act(frame, workbench) {
      await stepped(frame, workbench);
      await section(frame, 'branches').locator('textarea').fill('Ben gives Ann 14 pens: 23 + 14 = 37');
      await section(frame, 'branches').locator('vscode-button').first().click();
      await section(frame, 'branches').locator('table.diff').waitFor({ timeout: WAIT });
      await done(frame);
      await intoView(frame, 'branches');
    },
  },
  receivers: {
    file: 'reason-many.txt',
    async act(frame, workbench) {
      await looked(frame, workbench);
      await section(frame, 'receivers').locator('summary').first().click();
      await section(frame, 'receivers').locator('.chip').first().waitFor({ timeout: WAIT });
      await intoView(frame, 'receivers');
    },
  },
  compare: {
    file: 'reason-empty.txt',
    async act(frame) {
      await section(frame, 'compare').locator('summary').first().click();
      await section(frame, 'compare').locator('input').first().fill('5');
      await section(frame, 'compare').locator('vscode-button').first().click();
      await section(frame, 'compare').locator('.plot-dot').nth(15).waitFor({ state: 'attached', timeout: WAIT });
      await frame.locator('#app[data-state="empty"]').waitFor({ timeout: WAIT });
      await intoView(frame, 'compare');
    },
  },
  wrong: {
    file: 'reason-wrong.txt',
    async act(frame, workbench) {
      await looked(frame, workbench);
      await workbench.page.keyboard.press('e');
    },
  },
  long: {
    file: 'reason-long.txt',
    async act(frame, workbench) {
      await looked(frame, workbench);
      await workbench.page.keyboard.press('e');
    },
  },
  two: {
    file: 'reason-two.jsonl',
    async act(frame) {
      await done(frame);
      const others = section(frame, 'others');
      await others.locator('summary').click();
      await others.locator('vscode-button').click();
      await others.locator('table').waitFor({ timeout: WAIT });
    },
  },
  spending: {
    file: 'reason-empty.txt',
    async act(frame) {
      const spending = section(frame, 'test-time');
      await spending.locator('summary').first().click();
      await spending.locator('input').first().fill('4');
      await spending.locator('vscode-button').first().click();
      await spending.locator('tbody tr').nth(5).waitFor({ timeout: WAIT });
      await frame.locator('#app[data-state="empty"]').waitFor({ timeout: WAIT });
      await intoView(frame, 'test-time');
    },
  },
  none: { file: 'reason-none.txt', act: done },
  broken: { file: 'reason-broken.json', act: failed },
  down: {
    file: 'reason-empty.txt',
    async act(frame, workbench) {
      await whoSolves('server')(frame, workbench);
      await frame.locator('.problems button').first().click();
      await failed(frame, workbench);
    },
  },
  // The last: the choice stays.
  other: {
    file: 'reason-short.txt',
    async act(frame, workbench) {
      await done(frame);
      await workbench.runCommand(workbench.locale === 'zh-cn' ? '选择模型…' : 'Choose Model…');
      await workbench.pick(/Open a GGUF file|打开 GGUF 文件/);
      await workbench.pick('mine.gguf');
      await frame.locator('.place', { hasText: 'tiny' }).waitFor({ timeout: WAIT });
      await done(frame);
      await section(frame, 'start').locator('summary').click();
      await intoView(frame, 'start');
    },
  },
} satisfies Record<string, ReasoningInput>;

export async function openReasoning(workbench: Workbench, input: { file: string }): Promise<void> {
  await workbench.runCommand(workbench.locale === 'zh-cn' ? '逐步查看思维链' : 'Step Through Chain of Thought');
  await (input as ReasoningInput).act(workbench.panelFrame(), workbench);
}
