/** What the Milestone History draws of a run with few steps: words and numbers as read out, the plot as SVG, its table. */
import { openHistory, type History } from '../driver/history';
import { assertDrawing, assertReadOut } from '../driver/snapshot';

/** Curves with bands, and bars with whiskers. */
const RUNS: Record<string, Record<string, string>> = {
  backpropagation: { sweeps: '200' },
  alphago: { simulations: '16', games: '40' },
};

describe('Milestone History, drawn', () => {
  let view: History;
  before(async () => {
    view = await openHistory();
    await view.steps.shown();
  });
  after(() => view.close());

  for (const [id, options] of Object.entries(RUNS)) {
    it(id, async () => {
      const { steps } = view;
      await steps.haveRun(id, options);
      const plot = steps.picture.locator('svg.plot-area:visible').first();
      await plot.waitFor();
      const twin = steps.picture.locator('summary', { hasText: 'Show as table' }).first();
      await twin.click();
      await steps.picture.locator('.table-body tbody tr').first().waitFor();
      await view.settled();
      await assertReadOut(steps.picture, `milestones/${id}`);
      await assertDrawing(plot, `milestones/${id}.svg`);
    });
  }
});
