/** Builds, and runs a program of test/ui that drives VS Code: contact sheets, pictures. */
import path from 'node:path';
import { root } from './paths.mjs';
import { main } from './report.mjs';
import { buildAll, checkNode, installDependencies, installTestBrowser, installTestVsCode } from './setUp.mjs';

/** `production`: as it is packed, for what is measured. */
export async function runDriverProgram(name, args, { production = false } = {}) {
  await main(async () => {
    checkNode();
    await installDependencies();
    await installTestVsCode();
    await installTestBrowser();
    await buildAll({ tests: true, production });
    const { default: program } = await import(path.join(root, 'out', 'test', 'ui', `${name}.js`));
    await program.main(args);
  });
}
