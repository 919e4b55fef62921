/**
 * A model's layers, each in memory for those who lease it. Either whole, and kept; or in parts, of which none is kept: all but
 * the feed-forward networks, and then these, a slot's worth at a time, while the next slot is being read. So the largest
 * layer of a mixture takes no more memory than two slots.
 */
import type { FeedForward, Layer, Rotation } from './layerWeights';
import type { InMemory, Loader } from './loader';
import type { ReadAhead } from './pieces';
import type { ModelPlan, Plan } from './plan';
import type { Lease, NetworkId } from './weights';

type Pause = () => Promise<void> | void;

/** Bytes of packed networks that are in memory together, where there is more than one. */
const SLOT = 64 * 2 ** 20;

/** What is read and freed together. */
interface Unit<Part> {
  name: string;
  plan: Plan<Part>;
}

interface Held {
  part: Promise<InMemory<unknown>>;
  users: number;
}

export class Layers {
  private readonly held = new Map<string, Held>();
  private next: { name: string; reading: ReadAhead | undefined } | undefined;
  private missing: number;

  private constructor(
    private readonly loader: Loader,
    private readonly plans: ModelPlan['layers'],
    private readonly rotations: readonly (Rotation | undefined)[],
    private readonly parts: { sizeOf: (plan: unknown) => number } | undefined,
    private readonly complete: () => void,
  ) {
    this.missing = plans.length;
  }

  /** `complete`: called when all have been read. */
  static whole(
    loader: Loader,
    plans: ModelPlan['layers'],
    rotations: readonly (Rotation | undefined)[],
    complete: () => void,
  ): Layers {
    return new Layers(loader, plans, rotations, undefined, complete);
  }

  /** `sizeOf`: bytes that a part of the plan takes in memory. */
  static inParts(
    loader: Loader,
    plans: ModelPlan['layers'],
    rotations: readonly (Rotation | undefined)[],
    sizeOf: (plan: unknown) => number,
  ): Layers {
    return new Layers(loader, plans, rotations, { sizeOf }, () => {});
  }

  async lease(l: number, pause: Pause = () => {}): Promise<Lease> {
    // Of a layer in parts, not everybody who reads the first one wants the others: `expect`.
    const { part: layer, release } = await this.take<Layer>(
      this.first(l)!,
      this.parts ? undefined : this.first(l + 1),
      pause,
    );
    const networks: Lease['networks'] = async (ids, use, wait = () => {}) => {
      if (this.parts) return this.eachInTurn(l, ids, use, wait);
      for (const id of ids) await use(id === 'dense' ? layer.dense! : layer.moe!.experts[id], id);
    };
    const expect = (ids: readonly NetworkId[]): void => {
      if (this.parts) this.begin(this.slots(l, ids)[0]);
    };
    return { layer, whole: !this.parts, rotation: this.rotations[l], expect, networks, release };
  }

  private async eachInTurn(
    l: number,
    ids: readonly NetworkId[],
    use: (network: FeedForward, id: NetworkId) => Promise<void> | void,
    pause: Pause,
  ): Promise<void> {
    const slots = this.slots(l, ids);
    for (const [i, slot] of slots.entries()) {
      const { part: networks, release } = await this.take<FeedForward[]>(
        slot,
        slots[i + 1] ?? this.first(l + 1),
        pause,
      );
      try {
        for (const [at, id] of slot.ids.entries()) await use(networks[at], id);
      } finally {
        release();
      }
    }
  }

  /** What of a layer is read first: all of it, or all but its networks. */
  private first(l: number): Unit<Layer> | undefined {
    const plan = this.plans[l];
    if (plan === undefined || !this.parts) return plan && { name: `${l}`, plan };
    const { dense: _later, moe, ...rest } = plan;
    return { name: `${l}`, plan: { ...rest, ...(moe && { moe: { ...moe, experts: [] } }) } };
  }

  /** Networks that are read together: as many as a slot holds, and one at least. */
  private slots(l: number, ids: readonly NetworkId[]): (Unit<FeedForward[]> & { ids: NetworkId[] })[] {
    const { dense, moe } = this.plans[l];
    const slots: { ids: NetworkId[]; plan: Plan<FeedForward>[]; bytes: number }[] = [];
    for (const id of ids) {
      const plan = id === 'dense' ? dense! : moe!.experts[id];
      const bytes = this.parts!.sizeOf(plan);
      const last = slots.at(-1);
      if (last && last.bytes + bytes <= SLOT) {
        last.ids.push(id);
        last.plan.push(plan);
        last.bytes += bytes;
      } else slots.push({ ids: [id], plan: [plan], bytes });
    }
    return slots.map((slot) => ({ ...slot, name: `${l} ${slot.ids.join(' ')}` }));
  }

  /** What failed for one who waited (cancelled, no memory) is tried again by the others, and may be later. */
  private async take<Part>(
    unit: Unit<Part>,
    next: Unit<unknown> | undefined,
    pause: Pause,
  ): Promise<{ part: Part; release: () => void }> {
    const { name } = unit;
    for (;;) {
      const found = this.held.get(name);
      const held = found ?? { part: this.read(unit, next, pause), users: 0 };
      this.held.set(name, held);
      held.users++;
      try {
        const { part, free } = (await held.part) as InMemory<Part>;
        let released = false;
        const release = (): void => {
          if (released) return;
          released = true;
          if (--held.users > 0 || !this.parts) return;
          this.held.delete(name);
          free();
        };
        return { part, release };
      } catch (thrown) {
        if (this.held.get(name) === held) this.held.delete(name);
        if (!found) throw thrown;
        await pause();
      }
    }
  }

  private async read<Part>(
    { name, plan }: Unit<Part>,
    next: Unit<unknown> | undefined,
    pause: Pause,
  ): Promise<InMemory<Part>> {
    const begun = this.next?.name === name ? this.next.reading : undefined;
    this.next = undefined;
    const part = await this.loader.tree<Part>(plan, pause, begun);
    if (!this.parts && --this.missing === 0) {
      this.loader.close();
      this.complete();
    } else this.begin(next);
    return part;
  }

  private begin(next: Unit<unknown> | undefined): void {
    if (!next || this.held.has(next.name) || this.next?.name === next.name) return;
    this.next = { name: next.name, reading: this.loader.ahead(next.plan) };
  }
}
