/** Entries of the Milestone History for the contact sheets, and how they are brought to where there is most to see. */
import type { Workbench } from './driver/workbench';

const WAIT = 120_000;
const FILE = 'sample.ts';

/** The named part is scrolled to the top; entries with an experiment are run first. */
interface MilestoneInput {
  file: string;
  entry?: string;
  part?: string;
  /** Not run: with the picture of a run of ours. */
  unrun?: boolean;
  /** Chosen before the run, by label: a shorter one has the same picture. */
  options?: Record<string, string>;
  /** Clicked after the run. */
  click?: string;
}

export const MILESTONES_INPUTS: Record<string, MilestoneInput> = {
  story: { file: FILE, entry: 'transformer' },
  unrun: { file: FILE, entry: 'distillation', part: '[data-section="experiment"]', unrun: true },
  scaling: { file: FILE, entry: 'transformer', part: '.picture' },
  sparse: { file: FILE, entry: 'sparse-experts', part: '.picture' },
  thought: { file: FILE, entry: 'chain-of-thought', part: '.picture' },
  sudden: { file: FILE, entry: 'sudden-or-gradual', part: '.picture' },
  cats: { file: FILE, entry: 'cat-neuron', part: '.picture' },
  backpropagation: { file: FILE, entry: 'backpropagation', part: '.picture' },
  phil: { file: FILE, entry: 'phil', part: '.picture' },
  seq2seq: { file: FILE, entry: 'seq2seq', part: '.picture', options: { steps: '100' } },
  number: { file: FILE, entry: 'seq2seq', part: '[data-section="own-number"]', options: { steps: '100' } },
  word2vec: { file: FILE, entry: 'word2vec', part: '.picture' },
  tpu: { file: FILE, entry: 'tpu', part: '.picture' },
  array: { file: FILE, entry: 'tpu', part: '[data-section="systolic"]' },
  card: { file: FILE, entry: 'tpu', part: '[data-section="card"]' },
  alexnet: { file: FILE, entry: 'alexnet', part: '.picture', options: { drawings: '500' } },
  maps: {
    file: FILE,
    entry: 'alexnet',
    part: '[data-section="pad"]',
    options: { drawings: '500' },
    click: '[data-pad="house"]',
  },
  distillation: {
    file: FILE,
    entry: 'distillation',
    part: '.picture',
    options: { student: '8' },
    click: '[data-pad="dog"]',
  },
  alphago: {
    file: FILE,
    entry: 'alphago',
    part: '.picture',
    options: { simulations: '16', games: '40' },
    click: '[data-column="4"]',
  },
  verdicts: { file: FILE },
};

export async function openMilestones(workbench: Workbench, input: { file: string }): Promise<void> {
  const { entry, part, unrun = false, options = {}, click } = input as MilestoneInput;
  await workbench.runCommand(workbench.locale === 'zh-cn' ? '打开里程碑历史' : 'Open Milestone History');
  const frame = workbench.panelFrame();
  await frame.locator('article').waitFor({ timeout: WAIT });
  if (!entry) {
    await frame.locator('vscode-radio').nth(1).click();
    await frame.locator('[data-section="verdicts"] .claim').first().waitFor();
    return;
  }
  await frame.locator(`.timeline [data-entry="${entry}"]`).click();
  await frame.locator(`article[data-entry="${entry}"]`).waitFor();
  if (!part) return;
  if (entry === 'tpu') {
    await frame.locator('[data-option="texts"]').fill('6');
    await frame.locator('[data-option="texts"]').press('Tab');
  }
  for (const [option, label] of Object.entries(options))
    await frame.locator(`[data-option="${option}"]`).selectOption({ label });
  if (!unrun) {
    await frame.locator('[data-action="run"]').click();
    await frame.locator('[data-section="experiment"][data-state="done"]').waitFor({ timeout: WAIT });
  }
  if (entry === 'tpu') {
    for (let step = 0; step < 4; step++)
      await frame.locator('[data-section="systolic"] .buttons button').nth(2).click();
  }
  if (click) await frame.locator(click).click();
  await frame.locator(part).evaluate((element) => element.scrollIntoView({ block: 'start' }));
}
