import assert from 'node:assert/strict';
import type { Circuit, CircuitNode } from '../../../../../src/protocol/circuits';
import type { ModelCard, PanelToken } from '../../../../../src/protocol/explanation';
import { layout, neighbourOf, NODE, pruned } from '../../../../../webview/explain/circuit/circuitLayout';
import {
  circuitCost,
  circuitTable,
  circuitWords,
  nodeWords,
} from '../../../../../webview/explain/circuit/circuitWords';

const node = (layer: number | null, position: number, neuron: number, effect: number): CircuitNode => ({
  id: layer === null ? `E${position}` : `L${layer}N3.${neuron}@${position}`,
  layer,
  position,
  expert: layer === null ? null : 3,
  neuron: layer === null ? null : neuron,
  value: layer === null ? null : 0.5,
  effect,
});
const nodes = [node(1, 89, 0, 2), node(1, 89, 1, -1), node(0, 4, 2, 0.1), node(0, 40, 3, 0.05), node(null, 4, 0, 0.2)];
const circuit: Circuit = {
  position: 89,
  target: { id: 1, text: ' return' },
  foil: { id: 2, text: '\n' },
  difference: 1.5,
  nodes,
  edges: [
    { from: 'L1N3.0@89', to: 'D', share: 2, influence: 2 },
    { from: 'L1N3.1@89', to: 'D', share: -1, influence: -1 },
    { from: 'L0N3.2@4', to: 'L1N3.0@89', share: 0.2, influence: 0.8 },
    { from: 'L0N3.3@40', to: 'L1N3.1@89', share: 0.1, influence: -0.2 },
    { from: 'E4', to: 'L0N3.2@4', share: 0.4, influence: 0.3 },
  ],
  completeness: {
    drawnOfWhole: 0.9,
    drawnOfAll: 0.5,
    allOfDifference: 25,
    constants: 0,
    remainder: 1e-6,
    takenApart: 2,
    drawnOfValues: 0.4,
    valuesRemainder: 1e-6,
  },
  checked: [],
};
/** Ten tokens a line, from line 7. */
const text = Array.from({ length: 90 }, (_, id) => `x${id % 10 === 9 ? '\n' : ' '}`).join('');
const run = {
  subject: { title: 'a.js', text, firstLine: 7, lastLine: 15, origin: 'selection', tabSize: 4 },
  tokens: Array.from({ length: 90 }, (_, id): PanelToken => {
    return { id, label: `t${id}`, start: 2 * id, end: 2 * id + 1, charStart: 2 * id, charEnd: 2 * id + 1 };
  }),
} satisfies Parameters<typeof circuitTable>[2];
const ids = (all: readonly { id: string }[]): string[] => all.map(({ id }) => id).sort();

describe('a circuit on the page', () => {
  it('is pruned by influence, and what no longer leads to the prediction goes with it', () => {
    assert.deepEqual(ids(pruned(circuit, 5).nodes), ids(nodes));
    assert.deepEqual(ids(pruned(circuit, 3).nodes), ['L0N3.2@4', 'L1N3.0@89', 'L1N3.1@89']);
    // Its only receiver is weaker here: a strong sender alone leads nowhere.
    const cutOff = {
      nodes,
      edges: [circuit.edges[0], { from: 'E4', to: 'L0N3.2@4', share: 1, influence: 5 }],
    };
    assert.deepEqual(ids(pruned(cutOff, 2).nodes), ['L1N3.0@89']);
    for (const most of [1, 2, 3, 4, 5]) {
      const { nodes: kept, edges } = pruned(circuit, most);
      for (const { from } of edges) assert.ok(kept.some(({ id }) => id === from));
      assert.ok(kept.length <= most);
    }
  });

  it('stands over its tokens and layers without two nodes in one place, and stays narrow at 90 tokens', () => {
    const placed = layout(nodes, 2, 89);
    assert.deepEqual(
      placed.columns.map(({ token, skipped }) => ({ token, skipped })),
      [
        { token: 4, skipped: true },
        { token: 40, skipped: true },
        { token: 89, skipped: true },
      ],
    );
    const y = (id: string): number => placed.places.get(id)!.y;
    assert.ok(y('D') < y('L1N3.0@89') && y('L1N3.0@89') < y('L0N3.2@4') && y('L0N3.2@4') < y('E4'));
    assert.equal(placed.places.get('E4')!.x, placed.places.get('L0N3.2@4')!.x);
    // Several hundred, most of them in few places, as they come.
    const many = Array.from({ length: 300 }, (_, i) => node(i % 6, i % 3 ? 89 : (i * 7) % 90, i, i / 300));
    const full = layout(many, 6, 89);
    const spots = new Set([...full.places.values()].map(({ x, y: at }) => `${x} ${at}`));
    assert.equal(spots.size, 301);
    for (const { x } of full.places.values()) assert.ok(x >= NODE / 2 && x <= full.width - NODE / 2 + 0.001);
    assert.ok(full.width < 90 * 4 * NODE && full.height < 2000, `${full.width} × ${full.height}`);
  });

  it('can be walked through: every node is reached from the prediction by the arrow keys', () => {
    const placed = layout(nodes, 2, 89);
    const reached = new Set(['D']);
    for (const id of reached) {
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const to = neighbourOf(placed, id, direction);
        if (to) reached.add(to);
      }
    }
    assert.deepEqual([...reached].sort(), [...placed.places.keys()].sort());
    assert.equal(neighbourOf(placed, 'D', 'up'), null);
  });

  it('tells its ratios of what is drawn, says where terms nearly cancel, and has a table of its edges', () => {
    const shown = pruned(circuit, 2);
    const words = circuitWords(circuit, shown);
    // Two nodes: 2 − 1 of 1.5; 3 of 6.7 by size.
    assert.match(words, /difference of \+1\.50 logits\. 2 nodes are drawn: 67% of the difference.*, 45% of all terms/);
    assert.match(
      words,
      /All terms are 25\.?0* times the difference\. A small difference of large terms\. Lines into the 2 neurons .*: 40% of all parts by size/,
    );
    const table = circuitTable(circuit, pruned(circuit, 5), run);
    assert.equal(table.rows.length, 5);
    assert.deepEqual(table.rows[2][0], 'layer 0 neuron 3.2 at token 7:9 ‘t4’');
    assert.match(nodeWords('E4', circuit, run), /^embedding of token 7:9 ‘t4’: \+0\.20 logits directly$/);
  });
});

describe('what a circuit takes', () => {
  const card = (activeParameters: number, bytesPerPass?: number): ModelCard =>
    ({ activeParameters, ...(bytesPerPass && { bytesPerPass }) }) as ModelCard;

  it('is said by tokens and parameters before it runs; where the disk decides, nothing is', () => {
    // Measured: 22 tokens of half a billion parameters, 45 s of one core.
    assert.match(circuitCost(card(5e8), 22), /^Takes about 44 s /);
    assert.match(circuitCost(card(5e8), 220), /^Takes about 7 min /);
    assert.match(circuitCost(card(4e6), 90), /^Takes about 1 s /);
    assert.equal(circuitCost(card(5e8, 1e9), 22), '');
  });
});
