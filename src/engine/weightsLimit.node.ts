/** How much of a model is kept in memory on this machine. */
import { totalmem } from 'node:os';

/** A kernel has 4 GB for weights, traces and what it works in. */
const MOST_WEIGHTS = 3.25 * 2 ** 30;
/** The rest is the system's, which keeps what is read from a file again and again there. */
const MEMORY_SHARE = 0.5;

/** Bytes of packed weights that are kept in memory; larger models are read a part of a layer at a time. */
export const weightsLimit = (): number => Math.min(MOST_WEIGHTS, MEMORY_SHARE * totalmem());
