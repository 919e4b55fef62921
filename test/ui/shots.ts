/**
 * Contact sheets to look at: panel × theme × width × input, in out/shots/. Run by scripts/shots.mjs.
 * A new panel is one more entry in PANELS; a new input one more in INPUTS.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { closeShared, sharedBrowser } from './driver/shared';
import { MILESTONES_INPUTS, openMilestones } from './milestonesShots';
import { openReasoning, REASONING_FILES, REASONING_INPUTS, REASONING_SETTINGS } from './reasoningShots';
import { startWorkbench, type Place, type Theme, type Workbench } from './driver/workbench';

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

const explain: Open = async (workbench, { file }) => {
  await workbench.runCommand(workbench.locale === 'zh-cn' ? '解释注意力' : 'Explain Attention');
  // Nothing to explain is said in a message, and no panel opens.
  if (file === INPUTS.empty.file) await workbench.messageShown(/./);
  else await workbench.explained(file, LONG_MS);
};

/** The same with another group of its views. */
const group =
  (tab: string, steps: (frame: ReturnType<Workbench['panelFrame']>) => Promise<void> = async () => {}): Open =>
  async (workbench, input) => {
    await explain(workbench, input);
    if (input.file === INPUTS.empty.file) return;
    await workbench.panelFrame().locator(`[data-tab="${tab}"]`).click();
    await steps(workbench.panelFrame());
  };

/** Opens the panel for an input whose text is selected, and waits until it shows all it has. */
const PANELS: Record<string, Open> = {
  explain,
  roles: group('roles', (frame) =>
    frame
      .getByText(/probe \d|探测 \d/)
      .first()
      .waitFor({ timeout: LONG_MS }),
  ),
  predictions: group('predictions', async (frame) => {
    await frame.locator('[data-section="typed"] input').fill(' await');
    await frame.locator('[data-section="typed"] input').press('Enter');
    await frame.locator('.typed-tokens li').first().waitFor({ timeout: LONG_MS });
    await frame.locator('.lens .lead').waitFor({ timeout: LONG_MS });
  }),
  edges: group('edges', (frame) => frame.locator('[data-step]').first().waitFor({ timeout: LONG_MS })),
  rollup: group('rollup', (frame) =>
    frame.locator('[data-section="rollup-units"] li').first().waitFor({ timeout: LONG_MS }),
  ),
  experts: group('experts', (frame) => frame.locator('[data-list]').first().waitFor({ timeout: LONG_MS })),
  reasoning: openReasoning,
  milestones: openMilestones,
};

/** Panels with inputs of their own. */
const INPUTS_OF: Record<string, Record<string, Input>> = { reasoning: REASONING_INPUTS, milestones: MILESTONES_INPUTS };
const ALL_INPUTS = [...new Set([INPUTS, ...Object.values(INPUTS_OF)].flatMap((own) => Object.keys(own)))];

const THEMES: Theme[] = ['light', 'dark', 'contrast'];

/** `column`: the picture is the panel alone, tall enough to show all of it. */
const WIDTHS = {
  wide: { viewport: { width: 1280, height: 800 }, column: false, across: 2 },
  // Two columns of 500 pixels beside the activity bar.
  narrow: { viewport: { width: 1056, height: 2400 }, column: true, across: 4 },
};
type Width = keyof typeof WIDTHS;

const LOCALES = { en: 'en', zh: 'zh-cn' } as const;
type Language = keyof typeof LOCALES;

/** The test VS Code has no language pack: its own commands are English in every language. */
const MOVE_RIGHT = 'View: Move Editor into Right Group';

const LONG_MS = 120_000;
const FOLDER = path.join(root, 'out', 'shots');
const CELL_WIDTH = { wide: 900, narrow: 500 };

export async function main(args: string[]): Promise<void> {
  const words = wordsOf(args);
  const chosen = <T extends string>(all: readonly T[], usual = all): readonly T[] => {
    const named = all.filter((name) => words.delete(name));
    return named.length > 0 ? named : usual;
  };
  const panels = chosen(Object.keys(PANELS));
  const themes = chosen(THEMES);
  const widths = chosen(Object.keys(WIDTHS) as Width[]);
  const inputs = chosen(ALL_INPUTS);
  const languages = chosen(Object.keys(LOCALES) as Language[], ['en']);
  if (words.size > 0) throw new Error(`unknown: ${[...words].join(', ')}`);
  mkdirSync(FOLDER, { recursive: true });
  try {
    for (const language of languages) {
      for (const panel of panels) {
        for (const theme of themes) {
          for (const width of widths) await sheet({ panel, theme, width, language }, inputs);
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

interface Sheet {
  panel: string;
  theme: Theme;
  width: Width;
  language: Language;
}

interface Shot {
  name: string;
  png: Buffer;
  problems: string[];
}

async function sheet({ panel, theme, width, language }: Sheet, inputs: readonly string[]): Promise<void> {
  const { viewport, column, across } = WIDTHS[width];
  const settings = {
    'workbench.sideBar.location': 'left',
    'workbench.editor.enablePreview': true,
    ...(panel === 'reasoning' && REASONING_SETTINGS),
  };
  const workbench = await startWorkbench({
    theme,
    viewport,
    locale: LOCALES[language],
    settings,
    open: 'sample.ts',
    files: REASONING_FILES,
  });
  const shots: Shot[] = [];
  try {
    await workbench.hideSideBar();
    const own = INPUTS_OF[panel] ?? INPUTS;
    for (const name of inputs) {
      if (own[name]) shots.push({ name, ...(await shot(workbench, panel, own[name], column)) });
    }
  } finally {
    await workbench.close({ check: false });
  }
  const title = [panel, theme, width, ...(language === 'en' ? [] : [language])].join('-');
  const file = path.join(FOLDER, `${title}.png`);
  writeFileSync(file, await compose(title, shots, CELL_WIDTH[width], across));
  console.log(path.relative(root, file));
  for (const { name, problems } of shots) {
    for (const problem of problems) console.log(`  ${name}: ${problem}`);
  }
}

async function shot(workbench: Workbench, panel: string, input: Input, column: boolean): Promise<Omit<Shot, 'name'>> {
  const problems: string[] = [];
  const { page } = workbench;
  try {
    await workbench.openFile(input.file);
    if (input.from && input.to) await workbench.select(input.from, input.to);
    else if (readFileSync(path.join(workbench.folder, input.file)).length > 0) await workbench.selectAll();
    await PANELS[panel](workbench, input);
    // It opens over the editor: a column it has only beside one.
    if (column && panel === 'milestones') await workbench.runCommand(MOVE_RIGHT);
    await workbench.settled();
  } catch (thrown) {
    problems.push((thrown as Error).message.split('\n')[0]);
  }
  const frame = workbench.panelElement();
  const png = column && (await frame.count()) > 0 ? await frame.screenshot() : await page.screenshot();
  problems.push(...workbench.watch.takeProblems());
  await workbench.closeAllTabs();
  await workbench.dismissMessages();
  return { png, problems };
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
