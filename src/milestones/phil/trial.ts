/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'gzip and brotli on each file alone; for the cards: one drawn by lot.' },
  control: {
    text: 'The same files for every method, none of them learned from; brotli at its best with the whole workspace in its window, gzip with the last 32 kB of it; TF-IDF for the cards.',
  },
  falsifiedBy: {
    text: 'Brotli with the workspace in its window needing as few bits as the word model; for the clusters, saving none.',
  },
  finding: (row) => ({
    text: !isAbove(row('bits per byte saved against brotli after the workspace'))
      ? 'A model of words needs {0} bits a byte, no fewer than brotli with the whole workspace in its window ({1}).'
      : isAbove(row('bits per byte that clusters save'))
        ? 'A model of words needs {0} bits a byte, brotli with the whole workspace in its window {1}; clusters of ideas save {2} more.'
        : 'A model of words needs {0} bits a byte, brotli with the whole workspace in its window {1}; clusters of ideas save nothing that can be told from zero.',
    rows: ['bits per byte, back-off', 'bits per byte, brotli after the workspace', 'bits per byte that clusters save'],
  }),
};
