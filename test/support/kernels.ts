/** Which kernels this Node and machine have: Node 20 knows no relaxed SIMD. Asking costs less than a model loaded in vain. */
import { createKernel } from '../../src/engine/kernel/choose';
import type { KernelName } from '../../src/engine/kernel/kernel';

const known: Partial<Record<KernelName, Promise<boolean>>> = {};

export const isHere = (name: KernelName): Promise<boolean> =>
  (known[name] ??= createKernel(name).then((kernel) => kernel.name === name));
