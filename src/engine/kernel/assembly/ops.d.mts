export const OPS: Record<
  | 'matmul'
  | 'quantize'
  | 'interleave'
  | 'pack'
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
