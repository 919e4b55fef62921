/**
 * Whether the engine runs in a process of its own, with 256-bit instructions: where they have been proved on this machine,
 * unless the setting forbids it. Until then, and where they failed once, a thread answers.
 */
import { cpus } from 'node:os';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { TURBO_FLAGS } from '../engine/startedWorker.node';
import type { Proof } from '../engine/turboProof.node';

const { t } = vscode.l10n;

/** What is known of this version on this machine. */
type Known = Proof | { result: 'crashed' };
const KEY = 'turbo';

/** How long after the engine's first start it is tried: the first explanation is not to be disturbed. */
const PROVE_AFTER_MS = 20_000;

export class Turbo implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private kernel: string | undefined;

  /** `prove`: tries it in processes of its own (turboProof.node.ts). */
  constructor(
    private readonly script: string,
    private readonly version: string,
    private readonly memory: vscode.Memento,
    private readonly prove: (script: string) => Promise<Proof>,
    private readonly changed: () => void = () => {},
    private readonly proveAfterMs = PROVE_AFTER_MS,
  ) {}

  /** Asked at each start of a worker; undefined: a thread. */
  readonly flags = (): readonly string[] | undefined => {
    const setting = chosen();
    if (setting === 'off' || (setting !== 'on' && process.arch !== 'x64')) return undefined;
    const known = this.known();
    if (!known) this.timer ??= setTimeout(() => void this.find(), this.proveAfterMs);
    if (setting === 'on') return this.named();
    return known?.result === 'passed' ? known.flags : undefined;
  };

  /** Of workers for which it has not been measured: only where the setting says so. */
  readonly whenForced = (): readonly string[] | undefined => (chosen() === 'on' ? this.named() : undefined);

  /** The process ended by itself: this version does not try again. */
  readonly crashed = (): void => {
    if (chosen() === 'auto') void this.remember({ result: 'crashed' });
  };

  /** For the status bar's hover. */
  words(): string {
    const setting = chosen();
    if (setting === 'on') return t('Turbo: on (a setting), 256-bit instructions in a process of its own.');
    if (setting === 'off') return t('Turbo: off (a setting).');
    if (process.arch !== 'x64') return t('Turbo: not on this kind of processor.');
    const known = this.known();
    switch (known?.result) {
      case undefined:
        return t('Turbo: not tried on this machine yet.');
      case 'passed':
        return t('Turbo: on, {0} times as fast here, with the same results to the last bit.', known.gain.toFixed(1));
      case 'slower':
        return t('Turbo: off, not faster on this machine.');
      case 'differs':
        return t('Turbo: off, its results differ on this machine.');
      case 'failed':
        return t('Turbo: off, this VS Code cannot run it.');
      case 'crashed':
        return t('Turbo: off, its process ended unexpectedly with this version.');
    }
  }

  /** As this V8 calls them, where that is known. */
  private named(): readonly string[] {
    const known = this.known();
    return known?.result === 'passed' ? known.flags : TURBO_FLAGS[0];
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async find(): Promise<void> {
    const proof = await this.prove(this.script);
    if (!this.known()) await this.remember(proof);
  }

  private known(): Known | undefined {
    const kept = this.memory.get<{ of: string; known: Known }>(KEY);
    return kept?.of === this.of() ? kept.known : undefined;
  }

  private async remember(known: Known): Promise<void> {
    await this.memory.update(KEY, { of: this.of(), known });
    this.changed();
  }

  /** Program, kernel (in the worker's script), V8 and processor. */
  private of(): string {
    this.kernel ??= hashOf(this.script);
    return [this.version, this.kernel, process.versions.v8, cpus()[0]?.model].join('\n');
  }
}

/** Of a file of a megabyte; '' where it cannot be read: starting it says what is wrong. */
function hashOf(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return '';
  }
}

/** Earlier versions had a checkbox. */
function chosen(): 'auto' | 'on' | 'off' {
  const setting = vscode.workspace.getConfiguration('attentionExplainer').get<unknown>('turbo');
  if (setting === true) return 'on';
  return setting === 'on' || setting === 'off' ? setting : setting === false ? 'off' : 'auto';
}
