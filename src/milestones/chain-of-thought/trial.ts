/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

const PROMPTED = 'gain from prompting alone';

export const trial: Trial = {
  baseline: { text: 'The same model on the same problems, answering at once.' },
  control: {
    text: 'Worked examples and bare answers in the prompt, in the form it was trained on and in the paper’s; a step with a wrong number, and a strange line before intact steps.',
  },
  falsifiedBy: { text: 'The model being right as often at once as step by step.' },
  finding: (row) => ({
    text: isAbove(row('gain from steps, trained'))
      ? 'Step by step the bundled model is right in {0} of the problems, at once in {1}. It was trained on both; a net trained on bare answers alone was not measured. Prompting alone, the paper’s way, gains {2}.'
      : 'Steps bring no gain: {0} right with them, {1} at once.',
    rows: ['right step by step', 'right at once', PROMPTED],
    withInterval: [PROMPTED],
  }),
};
