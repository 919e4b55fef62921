export const OPS: Record<
  | 'matmul'
  | 'quantize'
  | 'interleave'
  | 'pack'
  | 'head'
  | 'headMerge'
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
