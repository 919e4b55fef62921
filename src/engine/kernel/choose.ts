/** Which kernel this machine gets: the fastest that is exact here. */
import { canRun, probeArithmetic, type ThreadOptions } from './instance';
import type { Kernel, KernelName } from './kernel';
import { createReferenceKernel } from './reference';
import { createWasmKernel } from './wasm';

/** `preferred` is taken where it can run exactly; otherwise, and without it, the best that can. One thread by default. */
export async function createKernel(preferred?: KernelName, threads?: ThreadOptions): Promise<Kernel> {
  if (preferred === 'reference') return createReferenceKernel();
  const arithmetic = preferred === 'simd' ? undefined : await probeArithmetic();
  if (arithmetic) return createWasmKernel('relaxed-simd', arithmetic, threads);
  return canRun('simd') ? createWasmKernel('simd', undefined, threads) : createReferenceKernel();
}
