/** What the heads of a model's files say about it, in milliseconds: no vocabulary and no weight is read. */
import { plainProblem, type ModelHead } from '../../protocol/foundModels';
import { toProblem, type Problem } from '../../protocol/problem';
import { cutName } from '../../shared/cutText';
import type { ByteSource } from '../formats/byteSource';
import { glanceAtMetadata, readHeader } from '../formats/gguf';
import { ggmlTypeName } from '../formats/ggmlTypes';
import { asLlamaCpp } from '../formats/ollamaVariants';
import { readTensors } from '../formats/ggufTensors';
import { Skipped, type GgufFile, type GgufTensor, type GgufValue } from '../formats/ggufTypes';
import { vocabularySize } from '../tokenizer/fromGguf';
import { wellFormed } from '../tokenizer/utf8';
import { planOf, readConfig } from './describe';
import { checkPlan, countParameters } from './plan';

/** Architectures of llama.cpp and values of general.type that stand for what no text can be explained with. */
const NO_MODEL: readonly unknown[] = ['clip', 'mmproj', 'adapter', 'imatrix'];

/**
 * `parts`: the files of one model in order, most often one. undefined: it is none, but a projector, an adapter or the like.
 * What is wrong with a file is told in the head; throws nothing.
 */
export function skimModel(parts: readonly ByteSource[]): ModelHead | undefined {
  const head: ModelHead = { ...NOTHING_KNOWN };
  try {
    const file = asLlamaCpp(readParts(parts, head));
    const { metadata } = file;
    if (isNone(metadata)) return undefined;
    const config = readConfig(file);
    const plan = planOf(file, config, vocabularySize(file));
    checkPlan(file, plan);
    [, head.activeParameters] = countParameters(file, plan, config);
    head.context = config.context;
  } catch (thrown) {
    head.problem = plainProblem(toProblem(thrown));
  }
  return head;
}

/** A head, and about how many bytes of the file it takes. */
export interface Glance {
  head: ModelHead;
  headBytes: number;
}

/** What the first kilobytes of its first file say, without its tensors. undefined as `skimModel`; throws nothing. */
export function glanceAtModel(first: ByteSource): Glance | undefined {
  const head: ModelHead = { ...NOTHING_KNOWN };
  let headBytes = 0;
  try {
    const metadata = glanceAtMetadata(first);
    if (isNone(metadata)) return undefined;
    noteMetadata(metadata, head);
    for (const value of metadata.values()) if (value instanceof Skipped) headBytes += value.length * BYTES_OF_A_TOKEN;
  } catch (thrown) {
    head.problem = plainProblem(toProblem(thrown));
  }
  return { head, headBytes };
}

/** A text, a merge, a type: of vocabularies with 32,000 to 260,000 tokens between 20 and 40. */
const BYTES_OF_A_TOKEN = 36;

const isNone = (metadata: ReadonlyMap<string, GgufValue>): boolean =>
  NO_MODEL.includes(metadata.get('general.architecture')) || NO_MODEL.includes(metadata.get('general.type'));

export const NOTHING_KNOWN: ModelHead = {
  name: null,
  architecture: null,
  quantization: null,
  parameters: null,
  activeParameters: null,
  context: null,
  problem: null,
};

/** All parts as one file, whose metadata is that of the first. Notes in `head` what is known on the way. */
function readParts(parts: readonly ByteSource[], head: ModelHead): GgufFile {
  const weights = new Map<number, number>(); // by type
  const tensors = new Map<string, GgufTensor>();
  let first: GgufFile | undefined;
  let refused: Problem | undefined;
  for (const source of parts) {
    const { reader, tensorCount, alignment, ...header } = readHeader(source, true);
    if (!first) noteMetadata(header.metadata, head);
    first ??= { ...header, tensors, source };
    const saw = (type: number, count: number): void => void weights.set(type, (weights.get(type) ?? 0) + count);
    try {
      for (const [name, tensor] of readTensors(source, reader, tensorCount, alignment, saw)) tensors.set(name, tensor);
    } catch (thrown) {
      // Types that cannot be read: the other parts' weights are still to be counted.
      refused ??= toProblem(thrown);
    }
  }
  const sorted = [...weights].sort(([, a], [, b]) => b - a);
  if (sorted.length > 0) {
    head.quantization = ggmlTypeName(sorted[0][0]);
    head.parameters = sorted.reduce((sum, [, count]) => sum + count, 0);
  }
  if (refused && !NO_MODEL.includes(first!.metadata.get('general.architecture'))) throw refused;
  return first!;
}

function noteMetadata(metadata: ReadonlyMap<string, GgufValue>, head: ModelHead): void {
  const text = (key: string): string | null => {
    const value = metadata.get(key);
    return typeof value === 'string' && value.trim() !== '' ? cutName(wellFormed(value)) : null;
  };
  head.name = text('general.name');
  head.architecture = text('general.architecture');
  const context = metadata.get(`${head.architecture}.context_length`);
  if (typeof context === 'number') head.context = context;
}
