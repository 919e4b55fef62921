/**
 * Answers that take a token through the model again: asked for once, kept for a while. Of a model larger than memory only
 * when the person says so, since a pointer that passes over tokens would read all of it at each.
 */
import { Lru } from '../shared/lru';
import { latest } from './host';
import { readsAgain, tokenAgain, type ReadsAgain } from './readsAgain';
import type { Stage } from './stage';

const KEPT = 64;

/** What stands where, and who shows it. */
interface Wanted {
  name: string;
  views: Set<() => void>;
}

export class Rereadings<Place, Answer> {
  private readonly kept = new Lru<Answer>(KEPT);
  private readonly ask = latest();
  private readonly again: ReadsAgain;
  /** What was last asked for, and what is being read. */
  private wanted: Wanted | null = null;
  private reading: (Wanted & { abort: () => void }) | null = null;

  /** `passes`: so often is the model read, or nearly. */
  constructor(
    private readonly stage: Stage,
    private readonly how: {
      name: (place: Place) => string;
      ask: (place: Place, signal: AbortSignal) => Promise<Answer>;
      passes: number;
    },
  ) {
    this.again = readsAgain(stage, { leaves: false });
  }

  /** Asks whether the model shall be read; hidden otherwise. */
  get element(): HTMLElement {
    return this.again.element;
  }

  /** Whether it waits for the person, or for the file. */
  get asks(): boolean {
    return !this.element.hidden;
  }

  clear(): void {
    this.reading?.abort();
    this.kept.clear();
    this.again.close();
  }

  peek(place: Place): Answer | undefined {
    return this.kept.get(this.how.name(place));
  }

  /** For a table: null where it would have to be read and nobody said so. */
  async get(place: Place, signal: AbortSignal): Promise<Answer | null> {
    const known = this.peek(place);
    if (known !== undefined) return known;
    return this.stage.run()?.model?.bytesPerPass === undefined ? this.read(place, signal) : null;
  }

  /** What is known, or undefined; then `draw` is called when there is more. A newer question takes the place of an older. */
  look(place: Place, draw: () => void): Answer | undefined {
    const known = this.peek(place);
    if (known !== undefined) {
      this.again.close();
      return known;
    }
    const { reading } = this;
    const name = this.how.name(place);
    if (reading?.name === name) {
      reading.views.add(draw);
      this.again.reading(reading.abort);
      return undefined;
    }
    if (this.wanted?.name !== name) this.wanted = { name, views: new Set() };
    const { wanted } = this;
    wanted.views.add(draw);
    this.again.ask(tokenAgain(this.how.passes), () => this.fetch(place, wanted));
    return undefined;
  }

  private fetch(place: Place, { name, views }: Wanted): void {
    this.ask(async (signal) => {
      const own = new AbortController();
      const reading = { name, views, abort: () => own.abort() };
      this.reading = reading;
      this.again.reading(reading.abort);
      try {
        await this.read(place, AbortSignal.any([signal, own.signal]));
      } catch (thrown) {
        if (!own.signal.aborted) throw thrown;
      } finally {
        if (this.reading === reading) {
          this.reading = null;
          this.again.close();
        }
      }
      for (const view of views) view();
    });
  }

  private async read(place: Place, signal: AbortSignal): Promise<Answer> {
    const answer = await this.how.ask(place, signal);
    signal.throwIfAborted();
    this.kept.set(this.how.name(place), answer);
    return answer;
  }
}
