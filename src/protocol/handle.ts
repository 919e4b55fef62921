/** The name of what a worker keeps for its host: a trace, a reading, an import, a run. The same for every worker. */

/** Numbers start again with each worker, so the worker is part of the name. */
export interface Handle {
  readonly worker: number;
  readonly kept: number;
}

export function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'worker' in value && 'kept' in value;
}

/** As a key of a map or a part of one. */
export function keyOf({ worker, kept }: Handle): string {
  return `${worker}.${kept}`;
}

/** What every worker that keeps something answers. */
export type ReleaseApi = {
  /** Forgets it; also where it is no longer kept. */
  release: { params: { of: Handle }; result: void };
};
