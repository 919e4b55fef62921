/** A model reads a solution, its own or another's: surprisal, attention between steps, experts. */
import { surprisalBits } from '../../shared/surprisal';
import { forward } from '../../engine/model/forward';
import { logProbabilities } from '../../engine/model/logits';
import { Trace } from '../../engine/trace/trace';
import type { Reading, TextRange } from '../../protocol/reasoning';
import { buildPrompt } from '../solve/prompt';
import type { Reasoner } from '../solve/reasoner';
import { attendingHeads, meanOverHeads, segmentAttention, type SegmentAttention } from './attention';
import { QUESTION, START, STEPS, stepOfTokens, tokenRanges } from './segments';
import { textTokens } from './textTokens';
import { chunksOf } from './chunks';

export interface ReadRequest {
  question: string | null;
  /** What the steps are ranges of. */
  text: string;
  steps: readonly TextRange[];
  /** The writer's own tokens of the text, where the reader wrote it itself. */
  ids?: readonly number[];
  /** Where the text that was written begins: what is before it in `text` is not read. */
  textStart: number;
  /** Where not all can be read at once: the step whose chunk is read. */
  view: number;
}

export interface ReadResult {
  reading: Omit<Reading, 'reading' | 'ms'>;
  /** Kept in the worker for questions about single heads. */
  attention: SegmentAttention;
  /** [steps read]: tokens of each. */
  lengths: number[];
  /** What was read, and where in it the steps lie: for cuts. */
  ids: number[];
  ranges: { from: number; to: number }[];
}

/**
 * Attention between steps is summed over every pair of tokens in every head: beyond this many tokens it would take longer
 * than a person waits at a step, so longer traces are read in chunks.
 */
const MOST_TOKENS = 1024;

/** Tokens that are read or written at once. */
export const contextOf = ({ model }: Reasoner): number => Math.max(16, Math.min(model.config.context, MOST_TOKENS));

/** Throws Problem cancelled or out-of-memory; `pause` is awaited often and may throw. */
export async function read(reasoner: Reasoner, request: ReadRequest, pause: () => Promise<void>): Promise<ReadResult> {
  const { model } = reasoner;
  const { text, steps, view, textStart } = request;
  const prompt = request.question === null ? null : buildPrompt(reasoner.style, request.question, true);
  const promptIds = prompt
    ? reasoner.encodePrompt(prompt).map(({ id }) => id)
    : reasoner.encodePrompt({ text: '', bos: true, template: [] }).map(({ id }) => id);
  // Steps end where the last one does: the tail of a transcript (its closing tag, its answer in words) is not a step's.
  const textEnd = steps.at(-1)?.end ?? text.length;
  const all = textTokens(model.tokenizer, text.slice(textStart, textEnd), request.ids).map((token) => ({
    ...token,
    start: token.start + textStart,
    end: token.end + textStart,
  }));
  const owner = stepOfTokens(all, steps, text);
  const whole = tokenRanges(owner, steps.length);
  const lengths = whole.map(({ from, to }) => to - from);
  const context = contextOf(reasoner);
  const chunks = chunksOf(lengths, promptIds.length, context);
  const chunk = Math.max(
    0,
    chunks.findIndex(({ endStep: end }) => view < end),
  );
  const { firstStep, ownStep, endStep, withQuestion } = chunks[chunk];

  const before = withQuestion ? promptIds : promptIds.slice(0, 1);
  const firstToken = firstStep === 0 ? 0 : whole[firstStep].from;
  const endToken =
    endStep > firstStep ? whole.slice(firstStep, endStep).reduce((most, { to }) => Math.max(most, to), 0) : firstToken;
  const shown = all.slice(firstToken, Math.min(endToken, firstToken + context - before.length));
  const ids = [...before, ...shown.map(({ id }) => id)];
  const offset = before.length - firstToken;
  const last = firstToken + shown.length;
  const ranges = whole
    .slice(firstStep, endStep)
    .map(({ from, to }) => ({ from: Math.min(from, last) + offset, to: Math.min(to, last) + offset }));
  const segments = STEPS + ranges.length;
  const segmentOf = new Int32Array(ids.length).fill(QUESTION);
  segmentOf[0] = START;
  ranges.forEach(({ from, to }, i) => segmentOf.fill(STEPS + i, from, to));

  const trace = new Trace(model.config, model.kernel, ids.length, { keepResidual: false });
  try {
    await forward(model, trace, ids, { afterChunk: pause });
    const logprobs = await logProbabilities(model, trace, pause);
    const attention = await segmentAttention(model, trace, segmentOf, segments, ranges, pause);
    const { layers, heads, experts } = model.config;
    return {
      attention,
      lengths: ranges.map(({ from, to }) => to - from),
      ids,
      ranges,
      reading: {
        modelName: model.card.name,
        layers,
        heads,
        attending: attendingHeads(model.config),
        experts,
        firstStep,
        ownStep,
        endStep,
        withQuestion,
        chunk,
        chunks: chunks.length,
        tokenCount: ids.length,
        context,
        tokens: shown.map(({ id, start, end }, i) => ({
          start,
          end,
          label: model.tokenizer.labelOf(id),
          surprisal: surprisalBits(logprobs[before.length + i]),
        })),
        attention: meanOverHeads(attention, ranges.length, model.config),
        routing: routingOf(trace, ranges),
      },
    };
  } finally {
    trace.release();
  }
}

/** [steps][layers][experts]: mean over a step's tokens of the weight with which each expert was used; 0 in dense layers. */
function routingOf(trace: Trace, ranges: readonly { from: number; to: number }[]): Float32Array {
  const { layers, experts, shapes } = trace.config;
  const routing = new Float32Array(ranges.length * layers * experts);
  for (const [layer, { router }] of trace.layers.entries()) {
    if (!router) continue;
    const [ids, weights] = [router.ids.i32, router.weights.f32];
    const { expertsUsed } = shapes[layer].feedForward;
    ranges.forEach(({ from, to }, step) => {
      for (let i = from * expertsUsed; i < to * expertsUsed; i++) {
        routing[(step * layers + layer) * experts + ids[i]] += weights[i] / (to - from);
      }
    });
  }
  return routing;
}
