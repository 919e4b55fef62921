/** What the explaining worker answers. One worker serves all panels. */
import type { Candidate, Explanation, ExplainProgress, Look, ModelCard, PictureSpan, Tile } from './explanation';
import type { Handle, ReleaseApi } from './handle';
import type { ReadingMethod, ReadingWorkerApi } from './readingApi';

export interface TileParams extends PictureSpan {
  trace: Handle;
  layer: number;
  head: number;
  pool: 'max' | 'mean';
  /** [tokens], 1 for a key to leave out: its weights are 0, nothing is divided again. */
  without?: Uint8Array;
}

export interface WeightsParams {
  trace: Handle;
  layer: number;
  head: number;
  token: number;
  /** 'from': where this token looked; 'to': which tokens looked at it. */
  direction: 'from' | 'to';
}

/** What a process says that computes everything once (selfTest.node.ts). */
export interface SelfTest {
  /** Of all results' bits. */
  digest: string;
  /** Of some products of prompts, each at its fastest. */
  productsMs: number;
  totalMs: number;
  /** Flags of Node that it has; none in a thread. */
  flags: readonly string[];
}

export type ExplainWorkerApi = {
  /** Reads only the header; throws Problem model-invalid / model-unsupported / file-missing. */
  inspect: { params: { modelPath: string }; result: ModelCard };
  /**
   * Runs the model over the text. The trace is kept until `release`. `base`: a trace of a text that may begin alike; where
   * it is still kept and of the same model, only what comes after the common beginning is computed. `edits`: what the run
   * does otherwise than the model would, in canonical form; throws Problem edit-invalid for what means nothing there.
   * `look`: what was looked at in `base`, whose row is told as soon as the layers are done; its token is the one of `base`.
   */
  explain: {
    params: {
      modelPath: string;
      text: string;
      maxTokens: number;
      top: number;
      base?: Handle;
      edits?: readonly string[];
      look?: Look;
    };
    result: Explanation;
    progress: ExplainProgress;
  };
  tile: { params: TileParams; result: Tile };
  /** One row or column of a head's weights, exact: [tokens]. */
  weights: { params: WeightsParams; result: Float32Array };
  /** What the model expected after token `position`: the likeliest `top`, and of others those of `ids`, where the output matrix is in memory. */
  predictions: {
    params: { trace: Handle; position: number; top: number; ids?: readonly number[] };
    result: Candidate[];
  };
  /** Needs no model. */
  selfTest: { params: Record<never, never>; result: SelfTest };
} & ReleaseApi &
  ReadingWorkerApi;

/** Its questions about a kept trace. */
export type TraceMethod = 'tile' | 'weights' | 'predictions' | ReadingMethod;
export type TraceParams<Name extends TraceMethod> = Omit<ExplainWorkerApi[Name]['params'], 'trace'>;
