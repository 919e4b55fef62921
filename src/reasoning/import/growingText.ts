/** A model's text while it is written. */
import type { Growth } from '../../protocol/chatWorkerApi';

export class GrowingText {
  thought = '';
  content = '';

  /** Characters that have come. */
  get length(): number {
    return this.thought.length + this.content.length;
  }

  /** Both, to be read. */
  get text(): string {
    return [this.thought, this.content].filter((part) => part !== '').join('\n\n');
  }

  add({ thought, content }: Growth): void {
    this.thought += thought;
    this.content += content;
  }
}
