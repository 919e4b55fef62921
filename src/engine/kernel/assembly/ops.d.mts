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
  | 'geglu'
  | 'layerNorm'
  | 'scale'
  | 'rope'
  | 'route'
  | 'gather'
  | 'scatterAdd',
  string
>;
