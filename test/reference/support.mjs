/** The project's own GGUF writer, quantizers and PRNG, bundled from TypeScript: needs the root install (`npm ci`). */
import { build } from 'esbuild';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = path.dirname(fileURLToPath(import.meta.url));
export const fixtures = path.join(here, '..', 'fixtures');

const { outputFiles } = await build({
  stdin: {
    contents: `
      export * from '../support/ggufWriter';
      export * from '../support/quantize';
      export * from '../../src/engine/formats/dequantize';
      export * from '../../src/engine/formats/ggmlTypes';
      export { seededRandom } from '../../src/shared/random';
    `,
    resolveDir: here,
    loader: 'ts',
  },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});

export const project = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
