/** esbuild plugins for what is embedded: compiled kernels, and programs that run in a process of their own. */
import { build } from 'esbuild';
import path from 'node:path';
import { root } from './paths.mjs';

/** `import bytes from 'kernel:simd'` is the compiled AssemblyScript of that build. */
export const kernelPlugin = {
  name: 'kernel',
  setup: (b) =>
    b.onResolve({ filter: /^kernel:/ }, ({ path: id }) => ({
      path: path.join(root, 'out', 'kernel', `${id.slice('kernel:'.length)}.wasm`),
    })),
};

/** `import program from 'bundled:src/a.ts'` is that file with all that it imports, as the text of a script for Node. */
export const bundledPlugin = {
  name: 'bundled',
  setup(b) {
    b.onResolve({ filter: /^bundled:/ }, ({ path: id }) => ({
      path: path.join(root, id.slice('bundled:'.length)),
      namespace: 'bundled',
    }));
    b.onLoad({ filter: /.*/, namespace: 'bundled' }, async ({ path: file }) => {
      const made = await build({
        entryPoints: [file],
        bundle: true,
        write: false,
        minify: true,
        metafile: true,
        absWorkingDir: root,
        platform: 'node',
        format: 'cjs',
        target: 'es2022',
        legalComments: 'none',
        logLevel: 'warning',
      });
      const watchFiles = Object.keys(made.metafile.inputs).map((input) => path.join(root, input));
      return { contents: made.outputFiles[0].text, loader: 'text', watchFiles };
    });
  },
};
