/** “Export…” is a short list: the formats of what it was asked from, and a row for each other view. */
import assert from 'node:assert/strict';
import type { Exportable } from '../../../src/protocol/exporting';
import { exportList } from '../../../src/shared/exportList';

const FORMATS = ['json', 'csv', 'svg', 'png'] as const;
const view = (name: string): Exportable['views'][number] => ({ name, title: name.toUpperCase(), formats: FORMATS });

/** Rows without the headings between them. */
function rowsOf(exportable: Exportable, first?: string): (string | null)[] {
  const { now, further } = exportList(exportable, first);
  return [
    ...now.flatMap((part) => part.formats.map((format) => `${part.view} ${format}`)),
    ...further.map((part) => part.view),
  ];
}

describe('exportList', () => {
  const group: Exportable = {
    views: ['why', 'arcs', 'edges', 'stages'].map(view),
    all: { title: 'One token', formats: ['json', 'svg', 'png'] },
  };

  it('from the title bar begins with all that is on show; each view is one row', () => {
    const all = ['null json', 'null svg', 'null png'];
    assert.deepEqual(rowsOf(group), [...all, 'why', 'arcs', 'edges', 'stages']);
    assert.deepEqual(rowsOf(group, 'a view that is gone'), rowsOf(group));
  });

  it('from a view’s menu begins with its own formats; nothing is lost', () => {
    const own = FORMATS.map((format) => `arcs ${format}`);
    assert.deepEqual(rowsOf(group, 'arcs'), [...own, null, 'why', 'edges', 'stages']);
  });

  it('of few formats is one step: a chain of thought as text and as a picture', () => {
    const chain: Exportable = {
      views: [
        { name: 'trace', title: 'Chain of Thought', formats: ['md', 'json'] },
        { name: 'picture', title: 'Picture', formats: ['svg', 'png'] },
      ],
      all: null,
    };
    assert.deepEqual(rowsOf(chain), ['trace md', 'trace json', 'picture svg', 'picture png']);
    assert.deepEqual(rowsOf(chain, 'picture'), rowsOf(chain));
    assert.deepEqual(rowsOf({ views: [], all: null }), []);
  });
});
