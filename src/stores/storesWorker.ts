/** The worker that finds models: disks are read here, away from the extension host and from the engine. */
import { statSync } from 'node:fs';
import { hostPort } from '../engine/workerPort.node';
import type { StoresWorkerApi } from '../protocol/foundModels';
import { Rpc, type Handlers } from '../protocol/rpc';
import { findModels } from './find.node';
import { hereAndNow, places, type Place } from './places.node';
import { runningServers } from './servers.node';

/** A new build of this file may support other models. */
const edition = String(statSync(__filename).mtimeMs);

const handlers: Handlers<StoresWorkerApi> = {
  find({ bundled, folders, cacheFile }, { signal, progress }) {
    const all: Place[] = [{ store: 'bundled', folder: bundled }, ...places(hereAndNow(), folders)];
    return findModels({ places: all, cacheFile, edition, signal, onFound: progress });
  },
  servers: () => runningServers(process.env),
};

new Rpc<StoresWorkerApi, Record<never, never>>(hostPort(), handlers);
