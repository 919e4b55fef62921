/** Inputs of the chain-of-thought panel for the contact sheets, and how it is opened for them. */
import type { Workbench } from './driver/workbench';

const WAIT = 120_000;

const LONG = `<think>\n${Array.from({ length: 400 }, (_, i) => {
  const [a, b] = [(i * 37) % 90, (i * 13) % 50];
  // Every fiftieth sum is wrong.
  return `In step ${i + 1} we take ${a} of them and add ${b} more, so that ${a} + ${b} = ${a + b + (i % 50 === 49 ? 1 : 0)}, and look at what is left before we go on.`;
}).join('\n')}\n</think>\nThe answer is 40.\n`;

/** Files written into the workspace; the whole file is selected. */
export const REASONING_FILES: Record<string, string> = {
  'reason-short.txt':
    'Ann has 15 pens. She buys 8 more. Ben gives Ann 4 pens. Then Ann loses 6 pens. How many pens does Ann have now?',
  'reason-long.txt': LONG,
  'reason-chinese.txt':
    '小明有12个苹果。小明又买了9个苹果。小红给了小明5个苹果。小明丢了3个苹果。小明现在有多少个苹果？',
  'reason-empty.txt': '',
  'reason-broken.json': '{\n  "messages": [\n    {"role": "user" "content": 1}\n  ]\n}\n',
};

export const REASONING_INPUTS: Record<string, { file: string }> = {
  short: { file: 'reason-short.txt' },
  long: { file: 'reason-long.txt' },
  chinese: { file: 'reason-chinese.txt' },
  empty: { file: 'reason-empty.txt' },
  error: { file: 'reason-broken.json' },
};

export async function openReasoning(workbench: Workbench, { file }: { file: string }): Promise<void> {
  await workbench.runCommand(workbench.locale === 'zh-cn' ? '逐步查看思维链' : 'Step Through Chain of Thought');
  const frame = workbench.panelFrame();
  if (file === 'reason-empty.txt') return frame.locator('.problems li').first().waitFor({ timeout: WAIT });
  if (file === 'reason-broken.json') return frame.getByRole('alert').waitFor({ timeout: WAIT });
  await frame.locator('#app[data-state="done"]').waitFor({ timeout: WAIT });
  await frame.locator('.steps').focus();
  await workbench.page.keyboard.press('ArrowRight');
  await frame.locator('.point').nth(1).waitFor({ timeout: WAIT });
  if (file === 'reason-long.txt') return;
  // “Cut each step”
  await frame.locator('[data-section="worth"] vscode-button').nth(1).click();
  await frame.locator('[data-section="worth"] .sentence-small').first().waitFor({ timeout: WAIT });
}
