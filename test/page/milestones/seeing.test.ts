/**
 * The entries that look at drawings or a board: run, draw, choose, pick a file, and what they keep. The cat neuron and AlexNet
 * have the run that ships, and answers made here: what their nets answer, their unit tests say.
 */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import {
  MAP,
  type Answer as AlexAnswer,
  type Question as AlexQuestion,
  type Result as AlexResult,
} from '../../../src/milestones/alexnet/options';
import type {
  Answer as CatAnswer,
  Question as CatQuestion,
  Result as CatResult,
} from '../../../src/milestones/cat-neuron/options';
import { KINDS, SIZE, type Kind } from '../../../src/shared/drawings';
import { axeIn } from '../../ui/driver/axe';
import type { MilestoneSteps } from '../../ui/driver/milestoneSteps';
import { openHistory, type History } from '../driver/history';
import { cutOff } from '../driver/narrow';

describe('Milestone History: learning to see', () => {
  let view: History;
  let page: Page;
  let steps: MilestoneSteps;
  before(async () => {
    view = await openHistory();
    ({ page, steps } = view);
    await steps.shown();
  });
  after(() => view.close());

  const section = (): Locator => steps.experiment;
  /** Opens it with the run that ships. */
  async function haveShipped<Result, Question>(
    id: string,
    answer: (result: Result, question: Question) => unknown,
  ): Promise<void> {
    await steps.open(id);
    if ((await section().getAttribute('data-state')) !== 'done')
      await view.ended<Result>(id, (result, question) => answer(result, question as Question));
    await steps.state('done');
  }
  /** What the cat unit answers next, and what it was asked last. */
  let isToFire = true;
  let askedOf: readonly number[] = [];
  const haveCats = (): Promise<void> =>
    haveShipped('cat-neuron', ({ chosen }: CatResult, { pixels }: CatQuestion): CatAnswer => {
      askedOf = [...pixels];
      const response = (threshold: number): number => threshold + (isToFire ? 1 : -1);
      return {
        responses: chosen!.found.map(({ kind, threshold }) => ({ kind, threshold, response: response(threshold) })),
      };
    });
  /** Each filter responds strongest where the most ink is. */
  const haveAlex = (): Promise<void> =>
    haveShipped('alexnet', ({ filterWeights }: AlexResult, { pixels }: AlexQuestion): AlexAnswer => {
      const most = pixels.indexOf(pixels.reduce((largest, one) => Math.max(largest, one), 0));
      const sure = (kind: Kind): number[] => KINDS.map((one) => Number(one === kind));
      return {
        shares: { relu: sure('house'), tanh: sure('house'), equalWeights: sure('cat'), equalOperations: sure('dog') },
        maps: new Uint8Array(filterWeights.length * MAP ** 2).fill(100),
        responses: filterWeights.map((_, filter) => ({
          strongest: filter + 1,
          mean: 0.5,
          row: Math.floor(most / SIZE),
          column: most % SIZE,
        })),
      };
    });
  const haveNets = (): Promise<void> => steps.haveRun('alphago', { simulations: '16', games: '40' });
  const isSound = async (): Promise<void> => {
    assert.deepEqual(await axeIn(page.mainFrame(), { within: '[data-section="experiment"]' }), []);
    assert.deepEqual(await cutOff(view), []);
  };
  const pad = (what: string): Locator => section().locator(`[data-pad="${what}"]`);
  const fires = (): Locator => section().locator('[data-fires="true"], [data-fires="false"]');
  /** A line through these places of the sheet, in its own pixels. */
  async function draw(...[from, ...through]: [number, number][]): Promise<void> {
    const sheet = section().locator('.pad-sheet');
    await sheet.scrollIntoViewIfNeeded();
    const { x, y } = (await sheet.boundingBox())!;
    await page.mouse.move(x + from[0], y + from[1]);
    await page.mouse.down();
    for (const [left, top] of through) await page.mouse.move(x + left, y + top, { steps: 5 });
    await page.mouse.up();
    await fires().waitFor();
  }
  /** What the network sees of the sheet, when it has been asked about it. */
  const drawing = async (): Promise<string> => {
    await fires().waitFor();
    await view.settled();
    return page.locator('.pad-seen canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  };
  async function haveDrawn(): Promise<string> {
    await haveCats();
    await pad('clear').click();
    await section().locator('[data-fires=""]').waitFor();
    await draw([60, 50], [170, 120], [60, 190]);
    return drawing();
  }
  const isNoImage = async (): Promise<void> => {
    const notes = { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('no picture at all') };
    await pad('file').setInputFiles(notes);
    await section().getByText('“notes.png” is not an image').waitFor();
  };
  const play = (): Locator => page.locator('[data-section="play"]');
  const discs = (side: string): Locator => play().locator(`[data-side="${side}"]`);
  /** Of a game that the nets began. */
  const position = async (): Promise<string[]> => {
    await discs('nets').nth(1).waitFor();
    await play().getByText('It is your move.').waitFor();
    return play()
      .locator('.go-cell')
      .evaluateAll((cells: HTMLElement[]) => cells.map((cell) => cell.dataset.side!));
  };
  /** A new game, which the nets begin. */
  async function moveSecond(): Promise<void> {
    await play().locator('select').selectOption('16');
    await play().locator('[data-go="second"]').click();
    // The old game's discs go first; its last sentence reads like the new one's.
    await discs('you').first().waitFor({ state: 'detached' });
    await discs('nets').first().waitFor();
    await play()
      .getByText(/The nets chose column \d/)
      .waitFor();
  }
  /** Begins one and makes a move in it. */
  async function begunGame(): Promise<string[]> {
    await haveNets();
    await moveSecond();
    await play().locator('[data-column="4"]').click();
    const left = await position();
    assert.equal(left.filter((side) => side === 'you').length, 1);
    return left;
  }
  const gameIs = async (left: string[]): Promise<void> => {
    assert.deepEqual(await position(), left);
    assert.equal(await play().locator('select').inputValue(), '16');
  };

  it('cat neuron: is asked about a cat, a dog and what one draws, and says whether it fires; not about an empty sheet', async () => {
    await haveCats();
    const sheets: (readonly number[])[] = [];
    for (const [kind, fires] of [
      ['cat', true],
      ['dog', false],
    ] as const) {
      isToFire = fires;
      await pad(kind).click();
      await section().locator(`[data-fires="${fires}"]`).waitFor();
      assert.ok(Math.max(...askedOf) > 0.5, 'something is drawn');
      sheets.push(askedOf);
    }
    assert.notDeepEqual(...(sheets as [unknown, unknown]));
    await pad('clear').click();
    await section().getByText('The sheet is empty.').first().waitFor();
    await draw([60, 60], [160, 160]);
    assert.match((await section().locator('[data-fires]').textContent())!, /The cat unit is silent: /);
    await isSound();
  });

  it('cat neuron: draws by the keyboard', async () => {
    await haveCats();
    await pad('clear').click();
    await section().locator('[data-fires=""]').waitFor();
    await section().locator('.pad-sheet').focus();
    for (const key of [' ', 'ArrowRight', 'ArrowRight', 'ArrowDown', ' ']) await page.keyboard.press(key);
    await section().getByText('The pen is up.').waitFor();
    await fires().waitFor();
  });

  it('cat neuron: takes an image file, and says so when it is none', async () => {
    await haveCats();
    await isNoImage();
    const png = await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 120 } });
    await pad('file').setInputFiles({ name: 'shot.png', mimeType: 'image/png', buffer: png });
    await section().getByText('“shot.png”, as a small drawing').waitFor();
    assert.equal(await section().locator('.pad .problem').isVisible(), false);
  });

  it('alphago: runs, answers a move by mouse and one by keyboard, and shows its tree', async () => {
    await haveNets();
    await play().getByText('It is your move.').waitFor();
    await play().locator('[data-column="4"]').click();
    await discs('nets').first().waitFor();
    assert.equal(await discs('you').count(), 1);
    await play().locator('.plot-area .go-line').first().waitFor();
    await play().locator('[data-column="1"]').focus();
    await page.keyboard.press('Enter');
    await discs('nets').nth(1).waitFor();
    assert.match((await play().locator('[data-go="moves"]').textContent())!, /Columns so far: 4, \d, 1, \d/);
    await moveSecond();
    assert.equal(await discs('you').count(), 0);
    await isSound();
  });

  it('keeps the position of a game and what was drawn while the page is hidden', async () => {
    const drawn = await haveDrawn();
    const left = await begunGame();
    await view.reload();
    await steps.open('cat-neuron');
    assert.equal(await drawing(), drawn);
    await steps.open('alphago');
    await gameIs(left);
  });

  it('has position and drawing when the experiments are run again after VS Code was started again', async () => {
    const drawn = await haveDrawn();
    const left = await begunGame();
    await view.restart();
    await steps.shown('alphago');
    await steps.run();
    await gameIs(left);
    await haveCats();
    assert.equal(await drawing(), drawn);
  });

  it('alexnet: the nets name what is drawn and moved, the filters respond', async () => {
    await haveAlex();
    assert.match((await steps.card.textContent())!, /ahead at equal weights/);
    const filters = await section().locator('[data-alex="filters"] .thumbnails li').count();
    assert.ok(filters >= 4);
    const maps = section().locator('[data-section="maps"]');
    await pad('house').click();
    await section().locator('[data-named="house"]').waitFor();
    const said = (await section().locator('[data-named="house"]').textContent())!;
    assert.match(said, /^With convolutions: house\. Without, as many weights: cat\. .*multiply-adds: dog\.$/);
    assert.equal(await maps.locator('.thumbnails li').count(), filters);
    const table = maps.locator('.twin').last();
    await table.locator('summary').click();
    await table.locator('tbody tr').nth(3).waitFor();
    const before = (await table.locator('tbody').textContent())!;
    await section().locator('[data-move="0,1"]').click();
    await table.locator('tbody').filter({ hasNotText: before }).waitFor();
    await pad('clear').click();
    await section().locator('[data-named=""]').waitFor();
    assert.equal(await maps.isVisible(), false);
    await isNoImage();
    await isSound();
  });

  it('distillation: runs, and the nets name a drawing', async () => {
    await steps.haveRun('distillation', { share: '1 %', student: '8' });
    await pad('train').click();
    await section().locator('[data-named="train"]').waitFor();
    assert.match((await section().locator('[data-named]').textContent())!, /Teacher: train\. Soft targets: /);
    assert.match((await steps.card.textContent())!, /gained by soft targets/);
    await isSound();
  });
});
