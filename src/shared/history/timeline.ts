// What stands on the timeline of the Milestone History, in order of time: the entries, and the
// dated marks between them that have no experiment. Ids name folders and command-line arguments.

export interface LocalizedText {
  en: string;
  zh: string;
}

/** What a step was mostly a step of. */
export const THREADS = ['data', 'hardware', 'architecture', 'training'] as const;
export type Thread = (typeof THREADS)[number];

export interface MilestoneEntry {
  id: string;
  thread: Thread;
  /** Of the primary source, or the last of the years that the entry spans. What is told only later stands at the time that
   *  is told of (the TPU at work in 2015, its paper of 2017); the two closing questions stand at the year of writing. */
  year: number;
  /** 1-12, where it is known: of the source's first publication. */
  month?: number;
  title: LocalizedText;
}

export interface DatedMark {
  id: string;
  year: number;
  /** Without one: of companies. */
  thread?: Thread;
  /** Marks of one name fold into one line on the band. */
  generation?: 'TPU';
  /** 1-12, where it is known. */
  month?: number;
  title: LocalizedText;
}

export const MILESTONES = [
  {
    id: 'backpropagation',
    year: 1986,
    month: 10,
    thread: 'training',
    title: { en: 'Backpropagation', zh: '反向传播' },
  },
  {
    id: 'phil',
    year: 2002,
    month: 10,
    thread: 'data',
    title: { en: 'PHIL: ideas behind the words', zh: 'PHIL：词语背后的意思' },
  },
  {
    id: 'machine-translation',
    year: 2007,
    month: 6,
    thread: 'data',
    title: { en: 'Machine translation at scale', zh: '大规模机器翻译' },
  },
  { id: 'cat-neuron', year: 2012, month: 6, thread: 'architecture', title: { en: 'The cat neuron', zh: '“猫神经元”' } },
  { id: 'alexnet', year: 2012, month: 12, thread: 'architecture', title: { en: 'AlexNet', zh: 'AlexNet' } },
  { id: 'word2vec', year: 2013, month: 1, thread: 'data', title: { en: 'Word2Vec', zh: 'Word2Vec：词变成向量' } },
  {
    id: 'seq2seq',
    year: 2014,
    month: 9,
    thread: 'architecture',
    title: { en: 'Sequence to sequence', zh: '序列到序列' },
  },
  { id: 'distillation', year: 2015, month: 3, thread: 'training', title: { en: 'Distillation', zh: '知识蒸馏' } },
  {
    id: 'tpu',
    year: 2015,
    thread: 'hardware',
    title: { en: 'The TPU and low precision', zh: 'TPU 与低精度计算' },
  },
  { id: 'alphago', year: 2016, month: 1, thread: 'training', title: { en: 'AlphaGo', zh: 'AlphaGo' } },
  {
    id: 'sparse-experts',
    year: 2017,
    month: 1,
    thread: 'architecture',
    title: { en: 'Sparse mixture of experts', zh: '稀疏混合专家' },
  },
  {
    id: 'transformer',
    year: 2017,
    month: 6,
    thread: 'architecture',
    title: { en: 'The Transformer', zh: 'Transformer' },
  },
  {
    id: 'vision-transformer',
    year: 2020,
    month: 10,
    thread: 'architecture',
    title: { en: 'Vision Transformer', zh: '视觉 Transformer' },
  },
  { id: 'chain-of-thought', year: 2022, month: 1, thread: 'training', title: { en: 'Chain of thought', zh: '思维链' } },
  {
    id: 'chatgpt',
    year: 2022,
    month: 11,
    thread: 'training',
    title: { en: 'ChatGPT, and the answer to it', zh: 'ChatGPT 与谷歌的应对' },
  },
  {
    id: 'long-context',
    year: 2024,
    month: 2,
    thread: 'architecture',
    title: { en: 'A million tokens', zh: '百万词元的上下文' },
  },
  {
    id: 'vision-language-action',
    year: 2025,
    month: 3,
    thread: 'data',
    title: { en: 'Vision, language, action', zh: '视觉—语言—动作' },
  },
  {
    id: 'olympiad',
    year: 2025,
    month: 7,
    thread: 'training',
    title: { en: 'From word problems to Olympiad gold', zh: '从应用题到国际数学奥赛金牌' },
  },
  {
    id: 'sudden-or-gradual',
    year: 2026,
    thread: 'training',
    title: { en: 'Sudden or gradual?', zh: '突变还是渐变？' },
  },
  { id: 'benefit-and-misuse', year: 2026, thread: 'data', title: { en: 'Benefit and misuse', zh: '造福与滥用' } },
] as const satisfies readonly MilestoneEntry[];

/** When an entry or a mark stands in the story, in years: in the middle of its month, or of its year where none is known. */
export const timeOf = ({ year, month }: { year: number; month?: number }): number =>
  year + (month ? (month - 0.5) / 12 : 0.5);

export type MilestoneId = (typeof MILESTONES)[number]['id'];

const MILESTONE_IDS: ReadonlySet<string> = new Set(MILESTONES.map((entry) => entry.id));

export function isMilestoneId(id: string): id is MilestoneId {
  return MILESTONE_IDS.has(id);
}

export function entryOf(id: MilestoneId): MilestoneEntry {
  return MILESTONES.find((entry) => entry.id === id)!;
}

/** Stretches of the story, named by what most of its steps were about; all but the first begin with an entry. */
export const ERAS: readonly Pick<DatedMark, 'year' | 'month' | 'title'>[] = [
  { year: 1955, month: 1, title: { en: 'Early nets and statistics', zh: '早期网络与统计方法' } },
  { year: 2012, month: 6, title: { en: 'Deep learning', zh: '深度学习' } },
  { year: 2017, month: 6, title: { en: 'Transformers', zh: 'Transformer' } },
  { year: 2022, month: 11, title: { en: 'Assistants', zh: '对话助手' } },
];

export const DATED_MARKS: readonly DatedMark[] = [
  {
    id: 'perceptron',
    year: 1958,
    thread: 'architecture',
    title: { en: 'The perceptron (Rosenblatt)', zh: '感知机（罗森布拉特）' },
  },
  {
    id: 'lstm',
    year: 1997,
    month: 11,
    thread: 'architecture',
    title: { en: 'LSTM (Hochreiter and Schmidhuber)', zh: 'LSTM（Hochreiter 与 Schmidhuber）' },
  },
  { id: 'gpt-1', year: 2018, month: 6, thread: 'training', title: { en: 'GPT (OpenAI)', zh: 'GPT（OpenAI）' } },
  { id: 'bert', year: 2018, month: 10, thread: 'training', title: { en: 'BERT (Google)', zh: 'BERT（谷歌）' } },
  { id: 'gpt-2', year: 2019, month: 2, thread: 'training', title: { en: 'GPT-2 (OpenAI)', zh: 'GPT-2（OpenAI）' } },
  { id: 'gpt-3', year: 2020, month: 5, thread: 'training', title: { en: 'GPT-3 (OpenAI)', zh: 'GPT-3（OpenAI）' } },
  {
    id: 'diffusion',
    year: 2020,
    month: 6,
    thread: 'training',
    title: { en: 'Diffusion models draw (Berkeley)', zh: '扩散模型会画图（伯克利）' },
  },
  { id: 'deepseek-r1', year: 2025, month: 1, thread: 'training', title: { en: 'DeepSeek-R1', zh: 'DeepSeek-R1' } },
  {
    id: 'google-brain',
    year: 2011,
    title: { en: 'Google Brain begins', zh: 'Google Brain 成立' },
  },
  {
    id: 'deepmind-bought',
    year: 2014,
    month: 1,
    title: { en: 'Google buys DeepMind', zh: '谷歌收购 DeepMind' },
  },
  {
    id: 'tpu-v1',
    year: 2015,
    thread: 'hardware',
    generation: 'TPU',
    title: { en: 'TPU v1 at work, for inference', zh: 'TPU v1 投入使用，只做推理' },
  },
  {
    id: 'tpu-v2',
    year: 2017,
    thread: 'hardware',
    generation: 'TPU',
    month: 5,
    title: { en: 'TPU v2: training too', zh: 'TPU v2：也能训练' },
  },
  { id: 'tpu-v3', year: 2018, thread: 'hardware', generation: 'TPU', month: 5, title: { en: 'TPU v3', zh: 'TPU v3' } },
  {
    id: 'tpu-v4',
    year: 2021,
    thread: 'hardware',
    generation: 'TPU',
    month: 5,
    title: { en: 'TPU v4 announced', zh: 'TPU v4 发布' },
  },
  {
    id: 'bard',
    year: 2023,
    month: 2,
    title: { en: 'Bard announced, with an error in its advertisement', zh: 'Bard 亮相，广告里出了错' },
  },
  {
    id: 'brain-deepmind-merged',
    year: 2023,
    month: 4,
    title: { en: 'Brain and DeepMind become one', zh: 'Google Brain 与 DeepMind 合并' },
  },
  {
    id: 'tpu-v5',
    year: 2023,
    thread: 'hardware',
    generation: 'TPU',
    month: 8,
    title: { en: 'TPU v5e, then v5p', zh: 'TPU v5e，随后 v5p' },
  },
  {
    id: 'tpu-v6',
    year: 2024,
    thread: 'hardware',
    generation: 'TPU',
    month: 5,
    title: { en: 'TPU v6 (Trillium) announced', zh: 'TPU v6（Trillium）发布' },
  },
  {
    id: 'tpu-v7',
    year: 2025,
    thread: 'hardware',
    generation: 'TPU',
    month: 4,
    title: { en: 'TPU v7 (Ironwood) announced', zh: 'TPU v7（Ironwood）发布' },
  },
];
