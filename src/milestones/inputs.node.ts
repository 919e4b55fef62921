/** What experiments read, from files: the worker and the command line give it to them. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { KeptModel } from '../engine/keptModel.node';
import type { LoadedModel } from '../engine/model/load';
import { openModel } from '../engine/openModel.node';
import { PLAIN_KERNEL } from '../engine/kernel/kernel';
import type { HostInputs } from '../protocol/milestones';
import { Problem } from '../protocol/problem';
import type { Inputs } from './experiment';
import { openShards } from './machine-translation/shards.node';

/** Brotli has a dictionary of its own, of 120 kB, mostly words of the web. */
async function brotliBytes(text: string): Promise<number> {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY, [BROTLI_PARAM_LGWIN]: BROTLI_MAX_WINDOW_BITS };
  return (await promisify(brotliCompress)(text, { params })).length;
}

/** @param program path of xz (XZ Utils) */
export const xzBytes =
  (program: string) =>
  (text: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const run = spawn(program, ['--stdout', '--lzma2=preset=9e,dict=64MiB'], { stdio: ['pipe', 'pipe', 'inherit'] });
      let bytes = 0;
      run.stdout.on('data', (piece: Buffer) => (bytes += piece.length));
      run.on('error', reject);
      run.on('close', (code) => (code === 0 ? resolve(bytes) : reject(new Error(`${program} ended with ${code}`))));
      run.stdin.end(text);
    });

/**
 * One model is kept loaded, whichever was asked for last; on the kernel that every machine has, since relaxed SIMD rounds as
 * the machine likes, and a card is to be the same everywhere.
 */
export function experimentModels(): KeptModel<LoadedModel> {
  return new KeptModel(
    (path, onProgress) => openModel(path, onProgress, undefined, PLAIN_KERNEL),
    (model) => model.close(),
  );
}

/** `release`: the models that were given are needed no longer. */
export function inputsOf(
  host: HostInputs,
  models: KeptModel<LoadedModel>,
  signal: AbortSignal,
): Inputs & { release(): void } {
  const leases: { release(): void }[] = [];
  return {
    workspace: host.workspace,
    selection: host.selection,
    async model(which = 'default') {
      const lease = await models.lease(host.models[which], { signal, progress: () => {} });
      leases.push(lease);
      return lease.model;
    },
    shards: openShards,
    brotliBytes,
    release: () => leases.forEach((lease) => lease.release()),
    async file(name) {
      const file = path.join(host.media, ...name.split('/'));
      try {
        return new Uint8Array(await readFile(file));
      } catch (thrown) {
        throw new Problem('file-missing', `“${file}” cannot be read: ${(thrown as Error).message}`, { file });
      }
    },
  };
}
