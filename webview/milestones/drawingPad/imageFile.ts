/** An image file that the person picks, as a small drawing. Nothing is read but what was picked. */
import { sheetOf } from '../../../src/shared/drawings';
import { t } from '../../shared/l10n';

const MOST_BYTES = 30e6;
/** Pictures are looked at no larger than this. */
const MOST_SIDE = 256;

/** [SIZE][SIZE], 0 … 1. Throws Error with a message for the person. */
export async function readImage(file: File): Promise<Float32Array> {
  if (file.size > MOST_BYTES) throw new Error(t('“{0}” is larger than 30 MB.', file.name));
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(t('“{0}” is not an image that can be read here (PNG, JPEG, WebP, GIF and BMP can).', file.name));
  });
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  // Under what is transparent lies white paper.
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  // Rec. 601 luma.
  const luma = Float32Array.from(
    { length: width * height },
    (_, at) => (0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2]) / 255,
  );
  const sheet = sheetOf(luma, width, height);
  if (!sheet) throw new Error(t('“{0}” is of one colour: there is nothing to see.', file.name));
  return sheet;
}
