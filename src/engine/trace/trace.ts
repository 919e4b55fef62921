/**
 * What a forward pass leaves behind for looking at: per layer the residual stream that went in, Q, K, V, each softmax row's
 * maximum and sum, and the router's results. K and V are the KV cache itself. Attention maps are never kept: a map is
 * computed from Q and K when somebody looks at it, so memory grows with the number of tokens, not with its square.
 */
import type { Edit } from '../../protocol/edit';
import { Problem } from '../../protocol/problem';
import type { Buf, Kernel } from '../kernel/kernel';
import type { ModelConfig } from '../model/config';
import type { Donors } from '../model/donors';
import { ATTENTION_REMEMBERS, type AttentionShape, type AttentionTrace } from '../model/mixers/attentionParts';
import { mixerParts, mixerTrace, partOf, rowsOf, type MixerTrace, type Part } from '../model/mixers/parts';
import type { RouterRows } from '../model/rows';
import type { LayerShape } from '../model/shape';

export interface LayerTrace {
  /** The stream as the layer found it; a run under edits starts from it. */
  residual?: Buf; // [capacity][embedding]
  mixer: MixerTrace; // most parts [capacity][…], see mixerParts
  router?: RouterRows; // each part [capacity][…]
}

/** Residual stream after the last layer and the output norm: what the output matrix reads. */
interface FinalTrace {
  final: Buf; // [capacity][embedding]
}

export interface TraceOptions {
  /** What the run does otherwise than the model would; checked when it runs. */
  edits?: readonly Edit[];
  /** What those of them put there that need it: takeDonors. */
  donors?: Donors;
  /** Whether the streams are kept (default). Without them a run under edits begins at the first layer. */
  keepResidual?: boolean;
  /**
   * Whether queries, softmax statistics and routing are kept (default). Without them only keys and values are, nothing can
   * be asked of the trace but predictions, and layers may write over each other's queries.
   */
  keepQueries?: boolean;
  /**
   * Tokens of the context that the text stands in, where the model turns long ones otherwise than short ones (Phi-3);
   * `capacity` unless it is said. llama.cpp goes by the context's size, too, not by how much of it is full.
   */
  context?: number;
  /** The lowest `layers` layers are this trace's, which has the same tokens; all of them: the final rows too. */
  shared?: { trace: Trace; layers: number };
}

/** Memory that is given back when the last trace that uses it is released. */
interface Held<Rows> {
  rows: Rows;
  buffers: Buf[];
  holders: number;
}

export class Trace {
  /** Token ids so far; layers hold rows [0, ids.length). */
  readonly ids: number[] = [];
  /** Rows that were run through a layer for this trace, all layers together; the others were taken over. */
  rowsRun = 0;
  /** Behind which token what there is once for all (a recurrent layer's state) stands; undefined: nowhere. */
  live: number | undefined = 0;
  readonly edits: readonly Edit[];
  readonly donors: Donors;
  readonly context: number;
  private readonly held: Held<LayerTrace>[] = [];
  private readonly end: Held<FinalTrace>;
  private released = false;

  /** Throws Problem out-of-memory; what was taken until then is given back. */
  constructor(
    readonly config: ModelConfig,
    readonly kernel: Kernel,
    /** Tokens that there is room for. */
    readonly capacity: number,
    {
      edits = [],
      donors = new Map(),
      keepResidual = true,
      keepQueries = true,
      context = capacity,
      shared,
    }: TraceOptions = {},
  ) {
    this.edits = edits;
    this.donors = donors;
    this.context = context;
    const { embedding, shapes } = config;
    // What nobody asks for afterwards: layers of the same widths write over each other's.
    const passing = new Map<string, Buf>();
    try {
      for (let l = 0; l < config.layers; l++) {
        const layer =
          shared && l < shared.layers
            ? share(shared.trace.held[l])
            : this.take((alloc) => {
                const make = (part: Part): Buf => {
                  const { name, width, remembered } = part;
                  const lent = lentPart(shapes[l], name, this.layers);
                  if (lent) return lent;
                  const rows = rowsOf(part, capacity);
                  if (keepQueries || remembered) return alloc(width, rows);
                  const key = `${name} ${width}`;
                  const buf = passing.get(key) ?? alloc(width, rows);
                  passing.set(key, buf);
                  return buf;
                };
                return { ...(keepResidual && { residual: alloc(embedding) }), ...layerTrace(shapes[l], make) };
              });
        this.held.push(layer);
      }
      this.end =
        shared && shared.layers === config.layers
          ? share(shared.trace.end)
          : this.take((alloc) => ({ final: alloc(embedding) }));
    } catch (thrown) {
      for (const layer of this.held) this.drop(layer);
      throw thrown;
    }
  }

  get layers(): readonly LayerTrace[] {
    return this.held.map(({ rows }) => rows);
  }

  /** Throws Problem trace-gone after release. */
  get final(): Buf {
    this.checkKept();
    return this.end.rows.final;
  }

  /** The kernel's memory is given back; questions after this get a Problem trace-gone. */
  release(): void {
    if (this.released) return;
    this.released = true;
    for (const each of [...this.held, this.end]) this.drop(each);
  }

  /** Throws Problem internal unless there is a token at this position. */
  checkToken(position: number): void {
    if (!(Number.isInteger(position) && position >= 0 && position < this.ids.length)) {
      throw new Problem('internal', `There is no token ${position}; the explanation has ${this.ids.length}.`);
    }
  }

  /** The layer's rows; throws Problem trace-gone after release. */
  layer(index: number): LayerTrace {
    this.checkKept();
    const layer = this.held[index];
    if (!layer) throw new Problem('internal', `There is no layer ${index}; the model has ${this.held.length}.`);
    return layer.rows;
  }

  /** The layer's attention; throws Problem no-attention where it mixes in another way. */
  attention(index: number): { shape: AttentionShape; kept: AttentionTrace } {
    const { mixer: kept } = this.layer(index);
    const { mixer: shape } = this.config.shapes[index];
    if (shape.kind !== 'attention' || kept.kind !== 'attention') {
      const message = `Layer ${index} has no attention: what came before reaches a token there without being looked at.`;
      throw new Problem('no-attention', message, { layer: index });
    }
    return { shape, kept };
  }

  private checkKept(): void {
    if (this.released) throw new Problem('trace-gone', 'This explanation is no longer kept.');
  }

  /** Rows of so many elements, one for each token unless it says otherwise; nothing is kept when they do not all fit. */
  private take<Rows>(make: (alloc: (width: number, rows?: number) => Buf) => Rows): Held<Rows> {
    const buffers: Buf[] = [];
    try {
      const rows = make((width, count = this.capacity) => {
        const buf = this.kernel.alloc(count * width);
        buffers.push(buf);
        return buf;
      });
      return { rows, buffers, holders: 1 };
    } catch (thrown) {
      for (const buf of buffers) this.kernel.free(buf);
      throw thrown;
    }
  }

  private drop(held: Held<unknown>): void {
    if (--held.holders === 0) for (const buf of held.buffers) this.kernel.free(buf);
  }
}

function share<Rows>(held: Held<Rows>): Held<Rows> {
  held.holders++;
  return held;
}

/** Throws Problem internal unless these tokens are there and a picture of that many cells has at least one token each. */
export function checkPicture(
  trace: Trace,
  { q0, q1, k0, k1, rows, cols }: Record<'q0' | 'q1' | 'k0' | 'k1' | 'rows' | 'cols', number>,
): void {
  checkRange(trace, q0, q1);
  checkRange(trace, k0, k1);
  const fits = (cells: number, tokens: number): boolean => Number.isInteger(cells) && cells >= 1 && cells <= tokens;
  if (fits(rows, q1 - q0) && fits(cols, k1 - k0)) return;
  throw new Problem('internal', `A picture of ${rows}×${cols} cells does not fit ${q1 - q0}×${k1 - k0} weights.`);
}

function checkRange(trace: Trace, start: number, end: number): void {
  if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= trace.ids.length) return;
  throw new Problem(
    'internal',
    `Tokens ${start} to ${end} are not within the ${trace.ids.length} of this explanation.`,
  );
}

/** A part of another layer's trace in place of its own: of a layer that reads another's keys and values. `layers`: those before it. */
export function lentPart({ mixer }: LayerShape, name: string, layers: readonly LayerTrace[]): Buf | undefined {
  if (mixer.kind !== 'attention' || mixer.sharesWith === undefined || !ATTENTION_REMEMBERS.includes(name))
    return undefined;
  return partOf(layers[mixer.sharesWith].mixer, name);
}

/** A layer's trace but for the stream, each part as `make` gives it. */
export function layerTrace(shape: LayerShape, make: (part: Part) => Buf): LayerTrace {
  const { experts, expertsUsed, choosesApart } = shape.feedForward;
  const routed = (name: string, width: number): Buf => make({ name, width, every: 1, remembered: false });
  return {
    mixer: mixerTrace(shape.mixer, make),
    ...(experts > 0 && {
      router: {
        probabilities: routed('probabilities', experts),
        ...(choosesApart && { choice: routed('choice', experts) }),
        ids: routed('ids', expertsUsed),
        weights: routed('weights', expertsUsed),
      },
    }),
  };
}

/** The parts that hold the rows start … start + n − 1, and whole those that stand for many; without the stream. */
export function layerRows({ mixer, router }: LayerTrace, shape: LayerShape, start: number, n: number): LayerTrace {
  return layerTrace(shape, ({ name, width, every }) => {
    const whole = name in mixer ? partOf(mixer, name) : router![name as keyof RouterRows]!;
    if (every > 1) return whole;
    return whole.slice(start * width, n * width);
  });
}

/** Copies what `to` lacks of a layer's tokens 0 … n − 1 from a trace of the same beginning; `only`: of the mixer's parts. */
export function copyTokens(
  kernel: Kernel,
  shape: LayerShape,
  embedding: number,
  { from, to }: { from: LayerTrace; to: LayerTrace },
  n: number,
  only: (part: Part) => boolean = () => true,
): void {
  const copy = (source: Buf | undefined, target: Buf | undefined, length: number): void => {
    if (source && target) kernel.copy(target, source, length);
  };
  // What there is once belongs to the end of a run, not to a beginning.
  const parts = mixerParts(shape.mixer).filter((part) => part.every < Infinity && only(part));
  for (const part of parts)
    copy(partOf(from.mixer, part.name), partOf(to.mixer, part.name), rowsOf(part, n) * part.width);
  copy(from.residual, to.residual, n * embedding);
  const { experts, expertsUsed } = shape.feedForward;
  copy(from.router?.probabilities, to.router?.probabilities, n * experts);
  copy(from.router?.choice, to.router?.choice, n * experts);
  copy(from.router?.ids, to.router?.ids, n * expertsUsed);
  copy(from.router?.weights, to.router?.weights, n * expertsUsed);
}
