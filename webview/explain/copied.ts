/** A picture on the clipboard. */
import type { Exported } from '../../src/protocol/exporting';

/** @throws Error where there is nothing to copy, or the browser refuses */
export async function copied(picture: Promise<Exported | null>): Promise<void> {
  // Given as a promise, so that the browser still knows of the click that asked for it.
  const pixels = picture.then((made) => {
    if (!made) throw new Error('nothing is on show');
    return new Blob([made.content as BlobPart], { type: 'image/png' });
  });
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': pixels })]);
}
