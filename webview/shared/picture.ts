/** Pictures that leave the page as files: what the style sheet says is written into them. */
import { s } from './plot/svg';
import { xmlCharacters } from './xmlCharacters';

const PROPERTIES = [
  'fill',
  'fill-opacity',
  'paint-order',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'text-anchor',
  'opacity',
];

/** The picture as a file of its own, on a background. */
export function standaloneSvg(svg: SVGElement, background: string): string {
  const copy = styledCopy(svg);
  const { width, height } = svg.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.insertBefore(s('rect', { width: '100%', height: '100%', fill: background }), copy.firstChild);
  return xmlCharacters(new XMLSerializer().serializeToString(copy));
}

/** A copy that needs no style sheet. */
export function styledCopy(svg: SVGElement): SVGElement {
  const copy = svg.cloneNode(true) as SVGElement;
  const sources = [svg, ...svg.querySelectorAll<SVGElement>('*')];
  [copy, ...copy.querySelectorAll<SVGElement>('*')].forEach((element, i) => {
    const style = getComputedStyle(sources[i]);
    for (const name of PROPERTIES) {
      const value = style.getPropertyValue(name);
      if (value) element.setAttribute(name, value);
    }
    element.removeAttribute('class');
  });
  return copy;
}

/** The same as pixels, twice as fine as the page. */
export async function pngOf(svg: string, width: number, height: number): Promise<Uint8Array> {
  const image = new Image();
  await new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = () => reject(new Error('The picture cannot be drawn.'));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * 2);
  canvas.height = Math.round(height * 2);
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  return new Uint8Array(await blob!.arrayBuffer());
}
