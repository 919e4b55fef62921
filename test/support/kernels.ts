/** The kernels that this Node has: Node 20 knows no relaxed SIMD, and a kernel that is not there would be another one once more. */
import { canRun } from '../../src/engine/kernel/instance';
import { KERNEL_NAMES, type KernelName } from '../../src/engine/kernel/kernel';

export const KERNELS_HERE: readonly KernelName[] = KERNEL_NAMES.filter((name) => name === 'reference' || canRun(name));
