export const OPS: Record<
  | 'matmul'
  | 'quantize'
  | 'interleave'
  | 'attention'
  | 'rmsNorm'
  | 'add'
  | 'addBias'
  | 'swiglu'
  | 'rope'
  | 'route'
  | 'gather'
  | 'scatterAdd',
  string
>;
