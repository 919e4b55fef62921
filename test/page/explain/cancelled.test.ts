/** A run that was cancelled before anything was computed: no view states a number of it, and none waits for ever. */
import assert from 'node:assert/strict';
import type { ExplainPanelHostApi, ExplainPanelViewApi, PanelEvent } from '../../../src/protocol/panelApi';
import type { ModelCard } from '../../../src/protocol/explanation';
import { Rpc, type Handlers } from '../../../src/protocol/rpc';
import { openBarePage } from '../driver/barePage';

const TEXT = 'let total = 0;';
const MODEL: ModelCard = {
  name: 'Model',
  architecture: 'qwen3moe',
  quantization: 'Q8_0',
  sha256: null,
  path: '/model.gguf',
  layers: 6,
  layerCards: Array.from({ length: 6 }, () => ({ mixer: { kind: 'attention', heads: 8 }, feedForward: 'experts' })),
  neuron: 'silu(gate) · up',
  heads: 8,
  kvHeads: 4,
  headDim: 32,
  embedding: 256,
  vocabulary: 4096,
  context: 1024,
  experts: 64,
  expertsUsed: 2,
  parameters: 12e6,
  activeParameters: 3e6,
  kernel: 'simd',
};
const EVENTS: PanelEvent[] = [
  {
    kind: 'begin',
    subject: { title: 'a.ts', firstLine: 1, lastLine: 1, origin: 'line', text: TEXT, tabSize: 4 },
    modelName: 'Model',
  },
  { kind: 'progress', progress: { kind: 'model', model: MODEL } },
  {
    kind: 'progress',
    progress: {
      kind: 'tokens',
      trace: { worker: 1, kept: 1 },
      tokens: [...TEXT].map((label, at) => ({ id: at, start: at, end: at + 1, charStart: at, charEnd: at + 1, label })),
      cut: null,
    },
  },
  { kind: 'cancelled' },
];

describe('A run that was cancelled', () => {
  it('has no numbers in any group, and nothing that is asked for', async () => {
    const bare = await openBarePage('explain');
    const asked: string[] = [];
    const handlers = new Proxy({} as Handlers<ExplainPanelHostApi>, {
      has: () => true,
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: () => undefined }),
      get: (_, name) => () => void asked.push(String(name)),
    });
    const rpc = new Rpc<ExplainPanelHostApi, ExplainPanelViewApi>(bare.port, handlers);
    try {
      for (const event of EVENTS) await rpc.call('event', event);
      const { page } = bare;
      for (const tab of await page.locator('[role="tab"]').all()) {
        await tab.click();
        const words = (await page.locator('.workspace').innerText()).replace(/‘[^’]*’/g, '');
        assert.doesNotMatch(words, /\d+(\.\d+)?%|of 0 |in each of|Asking/, (await tab.textContent())!);
      }
      assert.deepEqual(
        [...new Set(asked)].filter((name) => !['ready', 'mark', 'syntax'].includes(name)),
        [],
      );
    } finally {
      await bare.close();
    }
  });
});
