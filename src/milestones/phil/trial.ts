/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'gzip, which knows no words; for the cards: one drawn by lot.' },
  control: {
    text: 'The same files for every method, none of them learned from; gzip also with the workspace in front of them; TF-IDF for the cards.',
  },
  falsifiedBy: {
    text: 'A general compressor with the workspace in front of it needing as few bits, or the clusters saving none: the second is what happens here.',
  },
  finding: (row) => ({
    text: isAbove(row('bits per byte that clusters save'))
      ? 'A model of words needs {0} bits a byte, gzip after the workspace {1}; clusters of ideas save {2} more.'
      : 'A model of words needs {0} bits a byte, gzip after the workspace {1}; clusters of ideas save nothing that can be told from zero.',
    rows: ['bits per byte, back-off', 'bits per byte, gzip after the workspace', 'bits per byte that clusters save'],
  }),
};
