/** Which kernel this machine gets. */
import type { Kernel, KernelName } from './kernel';
import { createReferenceKernel } from './reference';

export async function createKernel(_preferred?: KernelName): Promise<Kernel> {
  return createReferenceKernel();
}
