/**
 * What a model file's metadata says under its architecture's prefix. A key that is neither read nor known to change nothing
 * would be passed over, and the model computed wrongly: such a file is refused, by the key's name.
 */
import { Problem } from '../../protocol/problem';
import { Booleans, isArray, type GgufFile } from '../formats/ggufTypes';
import { booleanOf, integerOf, invalidMetadata, numberOf, required, stringOf } from '../formats/metadata';
import { DESCRIBING_KEYS, NEUTRAL_VALUES } from './harmlessKeys';

export class Keys {
  private readonly read = new Set<string>();

  constructor(
    readonly file: GgufFile,
    readonly architecture: string,
  ) {}

  /** A whole number in 1 … max; undefined where there is none. */
  integer(name: string, max: number, min = 1): number | undefined {
    return integerOf(this.file, this.key(name), min, max);
  }

  integerRequired(name: string, max: number): number {
    return required(this.file, this.key(name), this.integer(name, max));
  }

  /** One number for all layers, or a list with one for each; undefined where there is none. */
  perLayer(name: string, layers: number, max: number, min = 1): number[] | undefined {
    const key = this.key(name);
    const value = this.file.metadata.get(key);
    if (value === undefined || !isArray(value)) {
      const all = integerOf(this.file, key, min, max);
      return all === undefined ? undefined : Array<number>(layers).fill(all);
    }
    if (value.length < layers) {
      throw invalidMetadata(this.file, key, `has ${value.length} values; the model has ${layers} layers`);
    }
    const isNumbers = ArrayBuffer.isView(value) && !(value instanceof Booleans);
    return Array.from({ length: layers }, (_, layer) => {
      const item = isNumbers && value[layer];
      if (typeof item === 'number' && Number.isInteger(item) && item >= min && item <= max) return item;
      throw invalidMetadata(this.file, key, `must be a whole number from ${min} to ${max} for layer ${layer}`);
    });
  }

  positive(name: string): number | undefined {
    const value = numberOf(this.file, this.key(name));
    if (value === undefined || value > 0) return value;
    throw invalidMetadata(this.file, this.key(name), `must be positive, not ${value}`);
  }

  positiveRequired(name: string): number {
    return required(this.file, this.key(name), this.positive(name));
  }

  number(name: string): number | undefined {
    return numberOf(this.file, this.key(name));
  }

  boolean(name: string): boolean | undefined {
    return booleanOf(this.file, this.key(name));
  }

  /** A list of booleans, one for each layer; undefined where the key is no list. */
  booleans(name: string, layers: number): boolean[] | undefined {
    const value = this.file.metadata.get(this.key(name));
    if (value === undefined || !isArray(value)) return undefined;
    if (value.length < layers || !(value instanceof Booleans)) {
      throw this.invalid(name, `must be ${layers} times true or false`);
    }
    return Array.from(value.subarray(0, layers), Boolean);
  }

  /** A list of at most `most` whole numbers in 0 … max; undefined where the key is no list. */
  integers(name: string, most: number, max: number): number[] | undefined {
    const value = this.file.metadata.get(this.key(name));
    if (value === undefined || !isArray(value)) return undefined;
    const items = value.length > most ? [] : Array.from(value as ArrayLike<unknown>);
    const isWhole = (item: unknown): boolean =>
      typeof item === 'number' && Number.isInteger(item) && item >= 0 && item <= max;
    if (value instanceof Booleans || value.length > most || !items.every(isWhole)) {
      throw this.invalid(name, `must be at most ${most} whole numbers from 0 to ${max}`);
    }
    return items as number[];
  }

  /** Throws Problem model-invalid where the file says another number than its tensors do. */
  agree(name: string, ofTensors: number): void {
    const said = integerOf(this.file, this.key(name), 0, 2 ** 31);
    if (said === undefined || said === ofTensors) return;
    throw this.invalid(name, `is ${said}; the tensors say ${ofTensors}`);
  }

  string(name: string): string | undefined {
    return stringOf(this.file, this.key(name));
  }

  /** Problem model-invalid about this key: "metadata key 'llama.x' `what`". */
  invalid(name: string, what: string): Problem {
    return invalidMetadata(this.file, this.key(name), what);
  }

  unsupported(name: string, what: string): Problem {
    const key = this.key(name);
    const file = this.file.source.name;
    return new Problem('model-unsupported', `${file}: metadata key '${key}' ${what}, which is not supported`, {
      file,
      subject: key,
    });
  }

  /** Whether the file has this tensor; how many rows (ggml's second dimension) it has, 0 where there is none. */
  has(tensor: string): boolean {
    return this.file.tensors.has(tensor);
  }
  rowsOf(tensor: string): number {
    const found = this.file.tensors.get(tensor);
    return found ? (found.shape[1] ?? 1) : 0;
  }

  /** Marks keys as read that say nothing about what is computed here: of an image encoder in the same file, say. */
  passOver(names: RegExp): void {
    const prefix = `${this.architecture}.`;
    for (const key of this.file.metadata.keys()) {
      if (key.startsWith(prefix) && names.test(key.slice(prefix.length))) this.read.add(key);
    }
  }

  /** To be called when everything is read. Throws Problem model-unsupported for a key that nobody has read. */
  refuseUnread(): void {
    const prefix = `${this.architecture}.`;
    for (const [key, value] of this.file.metadata) {
      if (!key.startsWith(prefix) || this.read.has(key)) continue;
      const name = key.slice(prefix.length);
      if (DESCRIBING_KEYS.has(name) || NEUTRAL_VALUES[name]?.some((neutral) => neutral === value)) continue;
      throw this.unsupported(name, `is ${isArray(value) ? 'a list' : String(value).slice(0, 40)}`);
    }
  }

  private key(name: string): string {
    const key = `${this.architecture}.${name}`;
    this.read.add(key);
    return key;
  }
}
