/** esbuild plugins for what is embedded: compiled kernels, programs that run in a process of their own, texts of this project. */
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

/** `import bytes from 'kernel:simd'` is the compiled AssemblyScript of that build. */
const kernelPlugin = {
  name: 'kernel',
  setup: (b) =>
    b.onResolve({ filter: /^kernel:/ }, ({ path: id }) => ({
      path: path.join(root, 'out', 'kernel', `${id.slice('kernel:'.length)}.wasm`),
    })),
};

/** `import program from 'bundled:src/a.ts'` is that file with all that it imports, as the text of a script for Node. */
const bundledPlugin = {
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

/** Of each text, in characters: as much as is run of it. */
const TEXT_LENGTH = 1400;

/** `import texts from 'texts:list.json'` is the beginnings of the files that the list names, as [{ name, text }]. */
const textsPlugin = {
  name: 'texts',
  setup(b) {
    b.onResolve({ filter: /^texts:/ }, ({ path: id }) => ({
      path: path.join(root, id.slice('texts:'.length)),
      namespace: 'texts',
    }));
    b.onLoad({ filter: /.*/, namespace: 'texts' }, async ({ path: list }) => {
      const names = JSON.parse(await readFile(list, 'utf8'));
      const files = names.map((name) => path.join(root, name));
      const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      const cut = names.map((name, i) => ({ name, text: texts[i].slice(0, TEXT_LENGTH) }));
      return { contents: JSON.stringify(cut), loader: 'json', watchFiles: [list, ...files] };
    });
  },
};

/**
 * jax-js multiplies and adds in one rounding where WebAssembly has relaxed SIMD, so that the same net comes out otherwise under
 * another Node (AlexNet's seed 1: 88.9 % and 79.9 %). It has no setting for that: what it asks the engine is made a module
 * that is not valid.
 */
const RELAXED_PROBE = /("relaxed-madd": )"[0-9a-f]+"/;
const plainJaxPlugin = {
  name: 'plain-jax',
  setup: (b) =>
    b.onLoad({ filter: /@jax-js[\\/]jax[\\/]dist[\\/]backend-[^\\/]+\.c?js$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      if (!RELAXED_PROBE.test(source)) throw new Error(`${file}: where does it ask for relaxed SIMD?`);
      return { contents: source.replace(RELAXED_PROBE, '$1"00"'), loader: 'js' };
    }),
};

export const plugins = [kernelPlugin, bundledPlugin, textsPlugin, plainJaxPlugin];
