/**
 * Contact sheets to look at: view × theme × width × input, in out/shots/. Run by scripts/shots.mjs.
 * A new panel is one more entry in PANELS, a group of Explain Attention one in GROUPS; a new input one more in INPUTS.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../scripts/lib/paths.mjs';
import { columnAsAsked, type Theme } from './driver/asAsked';
import { closeShared, sharedBrowser } from './driver/shared';
import { MILESTONES_INPUTS, openMilestones } from './milestonesShots';
import { openReasoning, REASONING_FILES, REASONING_INPUTS, REASONING_SETTINGS } from './reasoningShots';
import { startWorkbench, type Place, type Workbench } from './driver/workbench';

/** What is selected: the whole file, or from one place to another. */
interface Input {
  file: string;
  from?: Place;
  to?: Place;
}

const INPUTS: Record<string, Input> = {
  short: { file: 'sample.ts', from: [8, 1], to: [19, 2] },
  long: { file: 'long.ts' },
  empty: { file: 'empty.txt' },
  chinese: { file: 'chinese.md' },
  emoji: { file: 'emoji.txt' },
  tabs: { file: 'tabs.go' },
  crlf: { file: 'crlf.js' },
  html: { file: 'html.txt' },
};

type Open = (workbench: Workbench, input: Input) => Promise<void>;
type Frame = ReturnType<Workbench['panelFrame']>;

const explain: Open = async (workbench, { file }) => {
  await workbench.runCommand(workbench.locale === 'zh-cn' ? '解释注意力' : 'Explain Attention');
  // Nothing to explain is said in a message, and no panel opens.
  if (file === INPUTS.empty.file) await workbench.messageShown(/./);
  else await workbench.explained(file, LONG_MS);
};

const inSight = (where: Locator): Promise<void> => where.first().waitFor({ timeout: LONG_MS });

/** Groups of the Explain Attention panel by their tabs, and what is there when they show all they have. */
const GROUPS: Record<string, { tab: string; shown(frame: Frame): Promise<void> }> = {
  explain: { tab: 'attention', shown: (frame) => inSight(frame.locator('.head-cell')) },
  edges: { tab: 'edges', shown: (frame) => inSight(frame.locator('[data-step]')) },
  receipts: { tab: 'receipts', shown: (frame) => inSight(frame.locator('.receipt-words', { hasText: /\d/ })) },
  roles: { tab: 'roles', shown: (frame) => inSight(frame.getByText(/probe \d|探测 \d/)) },
  rollup: { tab: 'rollup', shown: (frame) => inSight(frame.locator('[data-section="rollup-units"] li')) },
  experts: { tab: 'experts', shown: (frame) => inSight(frame.locator('[data-list]')) },
  predictions: {
    tab: 'predictions',
    async shown(frame) {
      await frame.locator('[data-section="typed"] input').fill(' await');
      await frame.locator('[data-section="typed"] input').press('Enter');
      await inSight(frame.locator('.typed-tokens li'));
      await inSight(frame.locator('.lens .lead'));
    },
  },
};

/** What is opened for an input whose text is selected, and the pictures that are taken of it: name → made ready. */
interface Panel {
  open: Open;
  inputs: Record<string, Input>;
  views: Record<string, Open>;
  settings?: Record<string, unknown>;
  /** It opens over the editor: a column it has only when it is moved beside one. */
  over?: boolean;
}

const showGroup =
  ({ tab, shown }: (typeof GROUPS)[string]): Open =>
  async (workbench, { file }) => {
    if (file === INPUTS.empty.file) return;
    await workbench.panelFrame().locator(`[data-tab="${tab}"]`).click();
    await shown(workbench.panelFrame());
  };
const asOpened: Open = async () => {};

const PANELS: Panel[] = [
  {
    open: explain,
    inputs: INPUTS,
    views: Object.fromEntries(Object.entries(GROUPS).map(([name, group]) => [name, showGroup(group)])),
  },
  {
    open: openReasoning,
    inputs: REASONING_INPUTS,
    views: { reasoning: asOpened },
    settings: REASONING_SETTINGS,
  },
  { open: openMilestones, inputs: MILESTONES_INPUTS, views: { milestones: asOpened }, over: true },
];

const ALL_INPUTS = [...new Set(PANELS.flatMap(({ inputs }) => Object.keys(inputs)))];

const THEMES: Theme[] = ['light', 'dark', 'contrast'];

/** CSS pixels, give or take the borders between columns. */
const COLUMN = 500;

/** `column`: the picture is the panel alone, tall enough to show all of it. */
const WIDTHS = {
  wide: { viewport: { width: 1280, height: 800 }, column: false, across: 2 },
  // Two columns of COLUMN pixels beside the activity bar.
  narrow: { viewport: { width: 1056, height: 2400 }, column: true, across: 4 },
};
type Width = keyof typeof WIDTHS;

const LOCALES = { en: 'en', zh: 'zh-cn' } as const;
type Language = keyof typeof LOCALES;

/** The test VS Code has no language pack: its own commands are English in every language. */
const MOVE_RIGHT = 'View: Move Editor into Right Group';

const LONG_MS = 120_000;
const FOLDER = path.join(root, 'out', 'shots');
const CELL_WIDTH = { wide: 900, narrow: COLUMN };

export async function main(args: string[]): Promise<void> {
  const words = wordsOf(args);
  const chosen = <T extends string>(all: readonly T[], usual = all): readonly T[] => {
    const named = all.filter((name) => words.delete(name));
    return named.length > 0 ? named : usual;
  };
  const views = chosen(PANELS.flatMap((panel) => Object.keys(panel.views)));
  const themes = chosen(THEMES);
  const widths = chosen(Object.keys(WIDTHS) as Width[]);
  const inputs = chosen(ALL_INPUTS);
  const languages = chosen(Object.keys(LOCALES) as Language[], ['en']);
  if (words.size > 0) throw new Error(`unknown: ${[...words].join(', ')}`);
  mkdirSync(FOLDER, { recursive: true });
  try {
    for (const language of languages) {
      for (const panel of PANELS) {
        const wanted = Object.keys(panel.views).filter((view) => views.includes(view));
        if (wanted.length === 0) continue;
        for (const theme of themes) {
          for (const width of widths) await sheets(panel, wanted, { theme, width, language }, inputs);
        }
      }
    }
  } finally {
    await closeShared();
  }
}

function wordsOf(args: string[]): Set<string> {
  const at = args.indexOf('--only');
  return new Set(at < 0 ? [] : args[at + 1].split(','));
}

interface Setting {
  theme: Theme;
  width: Width;
  language: Language;
}

interface Shot {
  name: string;
  png: Buffer;
  problems: string[];
}

/** A sheet for each view, with all inputs. */
async function sheets(
  panel: Panel,
  views: readonly string[],
  { theme, width, language }: Setting,
  inputs: readonly string[],
): Promise<void> {
  const { viewport, column, across } = WIDTHS[width];
  const settings = {
    'workbench.sideBar.location': 'left',
    'workbench.editor.enablePreview': true,
    ...panel.settings,
  };
  const workbench = await startWorkbench({
    theme,
    viewport,
    locale: LOCALES[language],
    settings,
    open: 'sample.ts',
    files: REASONING_FILES,
  });
  const shots: Record<string, Shot[]> = Object.fromEntries(views.map((view) => [view, []]));
  try {
    await workbench.hideSideBar();
    for (const name of inputs) {
      const input = panel.inputs[name];
      if (!input) continue;
      const problems = await tried(() => openInput(workbench, panel, input, column));
      for (const view of views) {
        problems.push(...(await tried(() => panel.views[view](workbench, input))));
        await workbench.settled();
        if (column && (await workbench.panelElement().count()) > 0) await columnAsAsked(workbench, COLUMN);
        const png = await picture(workbench, column);
        shots[view].push({ name, png, problems: [...problems.splice(0), ...workbench.watch.takeProblems()] });
      }
      await workbench.closeAllTabs();
      await workbench.dismissMessages();
    }
  } finally {
    await workbench.close({ check: false });
  }
  for (const view of views) {
    const title = [view, theme, width, ...(language === 'en' ? [] : [language])].join('-');
    const file = path.join(FOLDER, `${title}.png`);
    writeFileSync(file, await compose(title, shots[view], CELL_WIDTH[width], across));
    console.log(path.relative(root, file));
    for (const { name, problems } of shots[view]) {
      for (const problem of problems) console.log(`  ${name}: ${problem}`);
    }
  }
}

async function openInput(workbench: Workbench, panel: Panel, input: Input, column: boolean): Promise<void> {
  await workbench.openFile(input.file);
  if (input.from && input.to) await workbench.select(input.from, input.to);
  else if (readFileSync(path.join(workbench.folder, input.file)).length > 0) await workbench.selectAll();
  await panel.open(workbench, input);
  if (column && panel.over) await workbench.runCommand(MOVE_RIGHT);
}

/** What went wrong, in short: the picture is taken all the same. */
async function tried(act: () => Promise<void>): Promise<string[]> {
  return act().then(
    () => [],
    (thrown: Error) => [thrown.message.split('\n')[0]],
  );
}

async function picture(workbench: Workbench, column: boolean): Promise<Buffer> {
  const frame = workbench.panelElement();
  return column && (await frame.count()) > 0 ? frame.screenshot() : workbench.page.screenshot();
}

/** The pictures with their names, laid out as a page and photographed. */
async function compose(title: string, shots: Shot[], width: number, across: number): Promise<Buffer> {
  const figures = shots.map(({ name, png, problems }) => {
    const wrong = problems.length > 0 ? ` — ${problems.length} problems` : '';
    return `<figure><figcaption>${name}${wrong}</figcaption><img src="data:image/png;base64,${png.toString('base64')}"></figure>`;
  });
  const style = `body{margin:12px;font:14px sans-serif;background:#888;color:#000}h1{font-size:18px;margin:0 0 8px}
    main{display:grid;grid-template-columns:repeat(${Math.min(across, shots.length)},${width}px);gap:12px;align-items:start}
    figure{margin:0}img{width:100%;display:block}figcaption{padding:2px 0}`;
  const browser = await sharedBrowser();
  const page = await browser.newPage({
    viewport: { width: Math.min(across, shots.length) * (width + 12) + 12, height: 600 },
  });
  await page.setContent(`<style>${style}</style><h1>${title}</h1><main>${figures.join('')}</main>`);
  const png = await page.screenshot({ fullPage: true });
  await page.close();
  return png;
}
