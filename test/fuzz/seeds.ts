/** What fuzzing begins with: whole cases of each kind, as they are met. */

export const TEXTS: readonly string[] = [
  '<think>\nAnn has 5 pens. 5 + 3 = 8. Then 8 * 2 = 17.\n</think>\nThe answer is 17.',
  '1. Ann buys 3 more: 5 + 3 = 8\n2. She gives 2 away: 8 - 2 = 6\n#### 6\n',
  'First $\\frac{1}{2} + \\frac{1}{4} = \\frac{3}{4}$, so \\boxed{\\dfrac{3}{4}}. 50% of 20 is 10; 3 h 20 min.',
  '小明有5个苹果。他又买了3个：5+3=8。\n所以答案是8。',
  '**Step 1:** `x = 2`\n\n```\ny = x * 3\n\nz\n```\n- 2 × 3 = 6 cm\n- 7 / 2 = 3 remainder 1\n',
];

const token = (text: string): object => ({
  token: text,
  logprob: -0.5,
  bytes: [...Buffer.from(text)],
  top_logprobs: [],
});

export const CHATS: readonly unknown[] = [
  { question: 'How many?', answer: 'She has 5+3=<<5+3=8>>8.\n#### 8' },
  [
    {
      messages: [
        { role: 'user', content: 'How many?' },
        { role: 'assistant', reasoning_content: '1. 2+2=4', content: '4' },
      ],
    },
  ],
  {
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: [{ type: 'text', text: '2 + 2 = 4.' }], reasoning: 'Two and two.' },
        logprobs: { content: ['2', ' +', ' 2', ' =', ' 4', '.'].map(token) },
        finish_reason: 'stop',
      },
    ],
    usage: { completion_tokens: 6 },
  },
  { model: 'a', response: '1. One.\n2. Two.', done: true },
];

const chunk = (delta: object, more: object = {}): string =>
  `data: ${JSON.stringify({ id: 'a', choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`;

export const STREAM = [
  ': ping\n\n',
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'First 2 + 2 = 4. ' }, { logprobs: { content: [token('First')] } }),
  'event: ping\ndata: {}\n\n',
  chunk({ content: 'So 4.' }, { logprobs: { content: [token('So'), token(' 4.')] } }),
  chunk({}, { finish_reason: 'stop' }),
  'data: {"choices": [], "usage": {"total_tokens": 9}}\n\n',
  'data: [DONE]\n\n',
].join('');

const step = { text: '2 + 2 = 4', start: 0, end: 9, equations: [] };
const shown = {
  origin: { kind: 'import', title: 'a', format: 'plain', others: 0 },
  question: null,
  expected: null,
  text: '2 + 2 = 4',
  steps: [step],
  answer: '4',
  direct: null,
  logprobs: [],
};

export const SAVED: readonly unknown[] = [
  { version: 1, shown, position: 0, pending: null, curve: [0.5, null], cuts: [], resamples: [] },
  {
    version: 1,
    tab: 'story',
    entry: 'tpu',
    seed: 1,
    options: { tpu: { a: 1 } },
    inputs: {},
    runs: { tpu: { seed: 1, card: null } },
  },
];

export const MESSAGES: readonly unknown[] = [
  { kind: 'page' },
  { kind: 'call', id: 1, method: 'echo', params: { a: [1, 'b'] } },
  { kind: 'call', id: 2, method: 'constructor', params: {} },
  { kind: 'cancel', id: 1 },
  { kind: 'progress', id: 1, report: { done: 0.5 } },
  { kind: 'result', id: 1, result: { a: 1 } },
  { kind: 'error', id: 1, code: 'internal', message: 'It failed.', detail: {} },
];
