/** Which kernel this machine gets: the fastest that is exact here. */
import type { Kernel, KernelName } from './kernel';
import { createReferenceKernel } from './reference';
import { canRun, createWasmKernel, probeZeroPoint } from './wasm';

/** `preferred` is taken where it can run exactly; otherwise, and without it, the best that can. */
export async function createKernel(preferred?: KernelName): Promise<Kernel> {
  if (preferred === 'reference') return createReferenceKernel();
  const zeroPoint = preferred === 'simd' ? undefined : await probeZeroPoint();
  if (zeroPoint !== undefined) return createWasmKernel('relaxed-simd', zeroPoint);
  return canRun('simd') ? createWasmKernel('simd') : createReferenceKernel();
}
