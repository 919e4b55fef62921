/**
 * Where a worker's script runs: in a thread; or, with turbo, in a child process whose V8 joins pairs of 128-bit
 * instructions into 256-bit ones. That flag changes a whole process, so it is never set in one that is not ours alone.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { Port } from '../protocol/rpc';
import { NUMBER } from './workerPort.node';

/** What ended it. */
export interface Death {
  why: string;
  outOfMemory?: boolean;
}

export interface StartedWorker {
  readonly port: Port;
  /** What the system sees of it. */
  readonly runs: Worker | ChildProcess;
  end(): void;
}

/**
 * V8's own names, which of Node 24 and, as V8 calls it now, of later ones; Node 20 knows neither. Instructions are joined by the optimising compiler alone: without the
 * other one, what runs is what was proved (turboProof.node.ts).
 */
export const TURBO_FLAGS: readonly (readonly string[])[] = [
  ['--no-liftoff', '--experimental-wasm-revectorize'],
  ['--no-liftoff', '--wasm-revectorize'],
];

export interface Start {
  script: string;
  maxHeapMb: number;
  /** By which what it keeps is told from what another worker keeps. */
  number: number;
  /** Called at most once, and never for `end()`. */
  died: (death: Death) => void;
  /** A process has ended by itself, also one that is replaced by a thread. */
  processEnded?: () => void;
}

export function startThread({ script, maxHeapMb, number, died }: Start): StartedWorker {
  const worker = new Worker(script, {
    name: 'attention-explainer',
    workerData: { number },
    // The host's own flags (inspector, loaders) are not for the worker.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  worker.on('error', (error: Error & { code?: string }) => {
    const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    died({ why: outOfMemory ? 'out of memory' : error.message, outOfMemory });
  });
  worker.on('messageerror', (error) => died({ why: error.message }));
  worker.on('exit', (code) => died({ why: `exit code ${code}` }));
  return {
    port: {
      post: (message, transfer) => worker.postMessage(message, transfer ?? []),
      listen: (listener) => worker.on('message', listener),
    },
    runs: worker,
    end: () => void worker.terminate(),
  };
}

/** A process that ends before it has said anything (a Node that does not know the flags) is replaced by a thread. */
export function startProcess(start: Start, flags: readonly string[]): StartedWorker {
  const { script, maxHeapMb, number, died, processEnded } = start;
  const child = fork(script, {
    execArgv: [...flags, `--max-old-space-size=${maxHeapMb}`],
    serialization: 'advanced',
    // In VS Code the program that runs is Electron, which is told to be Node; nothing of it goes to the host's output.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', [NUMBER]: String(number) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let thread: StartedWorker | undefined;
  let listener: (message: unknown) => void = () => {};
  /** What is asked again of a thread; undefined once the process has answered. */
  let unanswered: unknown[] | undefined = [];
  let over = false;
  const ended = (why: string): void => {
    if (over) return;
    over = true;
    processEnded?.();
    if (!unanswered) return died({ why });
    thread = startThread(start);
    thread.port.listen(listener);
    for (const message of unanswered) thread.port.post(message);
    unanswered = undefined;
  };
  child.on('error', (error) => ended(error.message));
  child.on('exit', (code, signal) => ended(signal ? `signal ${signal}` : `exit code ${code}`));
  child.on('message', (message) => {
    unanswered = undefined;
    listener(message);
  });
  return {
    port: {
      post(message) {
        if (thread) return thread.port.post(message);
        unanswered?.push(message);
        if (child.connected) child.send(message as object);
      },
      listen: (given) => (listener = given),
    },
    get runs() {
      return thread?.runs ?? child;
    },
    end() {
      over = true;
      child.kill();
      thread?.end();
    },
  };
}
