/** Texts of a model file that are not UTF-8: read as llama.cpp reads them, which keeps the bytes. */
import assert from 'node:assert/strict';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { bytesOfEscaped, escapedText } from '../../../../src/engine/formats/escapedText';
import { inspectModel, loadModel } from '../../../../src/engine/model/load';
import { seededRandom } from '../../../../src/shared/random';
import { cpuMs } from '../../../support/cpuTime';
import { tinyModelBytes, tinyModelFile } from '../../../support/tinyModel';
import { writeGguf } from '../../../support/ggufWriter';

describe('bytes that may not be UTF-8', () => {
  it('come back from their text, whatever they are, and UTF-8 is itself', () => {
    const random = seededRandom(21);
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    for (let run = 0; run < 3000; run++) {
      const length = Math.floor(random() * 12);
      // Mostly leads and continuations, so that sequences begin, end and break off.
      const bytes = Uint8Array.from(
        { length },
        () => [random() * 256, 0x80 + random() * 64, 0xc0 + random() * 64][run % 3],
      );
      const text = escapedText(bytes);
      assert.deepEqual(bytesOfEscaped(text), bytes, Buffer.from(bytes).toString('hex'));
      let valid: string | undefined;
      try {
        valid = strict.decode(bytes);
      } catch {
        assert.match(text, /[\udc80-\udcff]/);
      }
      if (valid !== undefined) assert.equal(text, valid);
    }
    assert.equal(escapedText(new TextEncoder().encode('é€😀')), 'é€😀');
    assert.deepEqual([...escapedText(Uint8Array.of(0xe9, 0x41, 0xff))], ['\udce9', 'A', '\udcff']);
    // A pair that is whole is no pair of escapes.
    assert.deepEqual(bytesOfEscaped('😀\udc80'), Uint8Array.of(0xf0, 0x9f, 0x98, 0x80, 0x80));
  });

  it('do not take long where a hostile file has millions of them', () => {
    const ms = cpuMs(() => assert.equal(escapedText(new Uint8Array(1 << 22).fill(0xff)).length, 1 << 22));
    assert.ok(ms < 5000, `${ms} ms`);
  });

  it('in a description change nothing of the model; in its name they are shown as such', async () => {
    const plain = tinyModelBytes({ name: 'Modele' });
    const latin1 = plain.slice();
    latin1[Buffer.from(plain).indexOf('Modele') + 3] = 0xe9;
    assert.equal(inspectModel(new BufferSource(latin1)).name, 'Mod\ufffdle');
    const [one, other] = [await loadModel(new BufferSource(plain)), await loadModel(new BufferSource(latin1))];
    assert.deepEqual(one.tokenizer.encode('def f'), other.tokenizer.encode('def f'));
    one.kernel.close();
    other.kernel.close();
  });

  it('as tokens are tokens of their own, which give their bytes back', async () => {
    const { metadata, tensors } = tinyModelFile({ chat: true });
    const key = 'tokenizer.ggml.tokens';
    const tokens = metadata[key] as readonly string[];
    const bytes = writeGguf({ metadata: { ...metadata, [key]: [...tokens.slice(0, -2), 'QQ', 'ZZ'] }, tensors });
    // With U+FFFD for what is no UTF-8 they would be one token twice, and the file refused.
    bytes.fill(0xff, Buffer.from(bytes).lastIndexOf('QQ'), Buffer.from(bytes).lastIndexOf('QQ') + 2);
    bytes.fill(0xfe, Buffer.from(bytes).lastIndexOf('ZZ'), Buffer.from(bytes).lastIndexOf('ZZ') + 2);
    const model = await loadModel(new BufferSource(bytes));
    assert.equal(model.tokenizer.vocabSize, tokens.length);
    model.kernel.close();
  });
});
