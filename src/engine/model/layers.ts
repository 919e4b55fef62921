/**
 * A model's layers, each in memory for those who lease it. Either whole, and kept; or in parts, of which none is kept: all but
 * the feed-forward networks, and then these, a slot's worth at a time, while the next slot is being read. So the largest
 * layer of a mixture takes no more memory than two slots.
 */
import type { FeedForward, Layer, Rotation } from './layerWeights';
import type { ModelPlan, Plan } from './plan';
import type { Pause, Unit, Units } from './units';
import type { Lease, NetworkId } from './weights';

export class Layers {
  /** `slots`, where layers come in parts: bytes that a part of the plan takes in memory, and those that are read together. */
  constructor(
    private readonly units: Units,
    private readonly plans: ModelPlan['layers'],
    private readonly rotations: readonly (Rotation | undefined)[],
    private readonly slots?: { sizeOf: (plan: unknown) => number; slotBytes: number },
  ) {}

  async lease(l: number, pause: Pause = () => {}): Promise<Lease> {
    // Of a layer in parts, not everybody who reads the first one wants the others: `expect`.
    const next = this.slots ? undefined : this.first(l + 1);
    const { part: layer, release } = await this.units.take<Layer>(this.first(l)!, next, pause);
    const networks: Lease['networks'] = async (ids, use, wait = () => {}) => {
      if (this.slots) return this.eachInTurn(l, this.slotsOf(l, ids), use, wait);
      for (const id of ids) await use(id === 'dense' ? layer.dense! : layer.moe!.experts[id], id);
    };
    const expect = (ids: readonly NetworkId[]): void => {
      if (this.slots) this.units.begin(this.slotsOf(l, ids)[0]);
    };
    return { layer, whole: !this.slots, rotation: this.rotations[l], expect, networks, release };
  }

  private async eachInTurn(
    l: number,
    slots: readonly Slot[],
    use: (network: FeedForward, id: NetworkId) => Promise<void> | void,
    pause: Pause,
  ): Promise<void> {
    for (const [i, slot] of slots.entries()) {
      const next = slots[i + 1] ?? this.first(l + 1);
      const { part: networks, release } = await this.units.take<FeedForward[]>(slot, next, pause);
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
    if (plan === undefined || !this.slots) return plan && { name: `${l}`, plan };
    const { dense: _later, moe, ...rest } = plan;
    return { name: `${l}`, plan: { ...rest, ...(moe && { moe: { ...moe, experts: [] } }) } };
  }

  /** Networks that are read together: as many as a slot holds, and one at least. */
  private slotsOf(l: number, ids: readonly NetworkId[]): Slot[] {
    const { sizeOf, slotBytes } = this.slots!;
    const { dense, moe } = this.plans[l];
    const slots: { ids: NetworkId[]; plan: Plan<FeedForward>[]; bytes: number }[] = [];
    for (const id of ids) {
      const plan = id === 'dense' ? dense! : moe!.experts[id];
      const bytes = sizeOf(plan);
      const last = slots.at(-1);
      if (last && last.bytes + bytes <= slotBytes) {
        last.ids.push(id);
        last.plan.push(plan);
        last.bytes += bytes;
      } else slots.push({ ids: [id], plan: [plan], bytes });
    }
    return slots.map((slot) => ({ ...slot, name: `${l} ${slot.ids.join(' ')}` }));
  }
}

type Slot = Unit<FeedForward[]> & { ids: NetworkId[] };
