/** Models in several files: one model, whichever part is named. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileSource } from '../../../../src/engine/formats/fileSource.node';
import { openModel } from '../../../../src/engine/openModel.node';
import { inspectModel } from '../../../../src/engine/model/load';
import type { LoadedModel } from '../../../../src/engine/model/load';
import { forward } from '../../../../src/engine/model/forward';
import { Trace } from '../../../../src/engine/trace/trace';
import { f32, u32, writeGguf, type GgufToWrite, type MetadataValue } from '../../../support/ggufWriter';
import { assertProblem } from '../../../support/problems';
import { tinyModelBytes, tinyModelFile } from '../../../support/tinyModel';

const IDS = [256, 72, 101, 108, 108, 111];

describe('a model in several files', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'parts-'))));
  after(() => rmSync(folder, { recursive: true }));

  const at = (name: string): string => path.join(folder, name);
  const nameOf = (base: string, part: number, count = 3): string => at(`${base}-0000${part}-of-0000${count}.gguf`);

  /** The tiny model's tensors dealt out to three files, the metadata in the first. */
  function write(base: string, change: (part: GgufToWrite, number: number) => GgufToWrite = (part) => part): void {
    const { metadata, tensors } = tinyModelFile({ layers: 3 });
    for (let number = 0; number < 3; number++) {
      const split: Record<string, MetadataValue> = {
        'split.no': u32(number),
        'split.count': u32(3),
        'split.tensors.count': u32(tensors.length),
      };
      const part = {
        metadata: number === 0 ? { ...metadata, ...split } : split,
        tensors: tensors.filter((_, i) => i % 3 === number),
      };
      writeFileSync(nameOf(base, number + 1), writeGguf(change(part, number)));
    }
  }

  async function final({ config, kernel, weights }: LoadedModel): Promise<Float32Array> {
    const trace = new Trace(config, kernel, IDS.length);
    await forward({ config, kernel, weights }, trace, IDS);
    kernel.close();
    return trace.final.f32.slice();
  }

  const inspect = (file: string): void => {
    const source = new FileSource(file);
    try {
      inspectModel(source);
    } finally {
      source.close();
    }
  };

  it('is the same model as in one, from the path of any part', async () => {
    write('tiny');
    writeFileSync(at('whole.gguf'), tinyModelBytes({ layers: 3 }));
    const expected = await final(await openModel(at('whole.gguf')));
    for (const part of [1, 2, 3]) assert.deepEqual(await final(await openModel(nameOf('tiny', part))), expected);
  });

  it('that lacks a part names it', () => {
    write('less');
    rmSync(nameOf('less', 2));
    for (const part of [1, 3]) {
      const file = nameOf('less', part);
      const { detail } = assertProblem('file-missing', () => inspect(file), /Part 2 of 3/, /less-00002-of-00003\.gguf/);
      assert.equal((detail as { file: string }).file, nameOf('less', 2));
    }
  });

  it('whose parts do not belong together is refused, with what is wrong', () => {
    write('odd', (part, number) =>
      number === 1 ? { ...part, metadata: { ...part.metadata, 'split.no': u32(2) } } : part,
    );
    assertProblem('model-invalid', () => inspect(nameOf('odd', 1)), /odd-00002-of-00003\.gguf/, /is not part 2 of 3/);
    write('twice', (part, number) =>
      number === 2 ? { ...part, tensors: [...part.tensors!, tinyModelFile({ layers: 3 }).tensors[0]] } : part,
    );
    assertProblem('model-invalid', () => inspect(nameOf('twice', 1)), /which another part has, too/);
    write('fewer', (part, number) => (number === 2 ? { ...part, tensors: part.tensors!.slice(1) } : part));
    assertProblem('model-invalid', () => inspect(nameOf('fewer', 1)), /split\.tensors\.count/);
    write('lie', (part) => ({ ...part, metadata: { ...part.metadata, 'split.count': f32(0.5) } }));
    assertProblem('model-invalid', () => inspect(nameOf('lie', 1)), /split\.count/);
    write('renamed');
    writeFileSync(at('mine.gguf'), readFileSync(nameOf('renamed', 1)));
    assertProblem('model-invalid', () => inspect(at('mine.gguf')), /is part 1 of 3/, /…-00001-of-00003\.gguf/);
  });
});
