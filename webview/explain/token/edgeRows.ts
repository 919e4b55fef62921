/** Three readings of the edges of a query in one head, for all views that show them. */
import type { EdgeReadings } from '../../../src/protocol/readingApi';
import { Rereadings } from '../rereadings';
import type { Stage } from '../stage';
import type { HeadRef } from '../state/selection';

export type EdgeRows = Rereadings<HeadRef & { query: number }, EdgeReadings>;

export const edgeRows = (stage: Stage): EdgeRows =>
  new Rereadings(stage, {
    name: ({ layer, head, query }) => `${layer} ${head} ${query}`,
    ask: (edge, signal) => stage.host.call('edgeReadings', edge, { signal }),
    passes: 1,
  });
