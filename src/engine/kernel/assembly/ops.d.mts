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
  | 'clampedSwiglu'
  | 'geglu'
  | 'layerNorm'
  | 'scale'
  | 'rope'
  | 'route'
  | 'gather'
  | 'scatterAdd',
  string
>;
