/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'gzip and brotli on each file alone; for the cards: one drawn by lot.' },
  control: {
    text: 'The same files for every method, none of them learned from; brotli at its best, in our check xz too, with all that was read in their windows, gzip with the last 32 kB of it; a text that everyone codes from nothing; TF-IDF for the cards.',
  },
  falsifiedBy: {
    text: 'A compressor with all that was read in its window needing as few bits as the word model; for the clusters, saving none.',
  },
  finding: (row) => ({
    text: !isAbove(row('bits per byte saved against brotli after what was read'))
      ? 'A model of words needs {0} bits a byte, no fewer than brotli with all that was read in its window ({1}).'
      : isAbove(row('bits per byte that clusters save'))
        ? 'A model of words needs {0} bits a byte, brotli with all that was read in its window {1}; clusters of ideas save {2} more.'
        : 'A model of words needs {0} bits a byte, brotli with all that was read in its window {1}; clusters of ideas save nothing that can be told from zero.',
    rows: ['bits per byte, back-off', 'bits per byte, brotli after what was read', 'bits per byte that clusters save'],
  }),
};
