/**
 * A part of the page as an SVG of its own: text stays text, backgrounds, borders and outlines become shapes, canvases
 * become images. Controls are left out, and what the class `figure-only` of the body hides (base.css). Nothing in it needs the page, its fonts' files or its styles.
 */
import { styledCopy } from './picture';
import { s } from './plot/svg';

/** Not part of what is shown. */
const LEFT_OUT = '.only-read-out, button.link, select, input, vscode-button, vscode-radio-group, script, style';

interface Pen {
  /** The page's place of the picture's upper left corner. */
  left: number;
  top: number;
  clips: number;
}

/** `width` × `height` are CSS pixels; `content` stands at its place in them. */
export interface PagePicture {
  content: SVGElement[];
  width: number;
  height: number;
}

export function pagePicture(root: Element): PagePicture {
  const { left, top, width, height } = root.getBoundingClientRect();
  return { content: draw(root, { left, top, clips: 0 }), width: Math.ceil(width), height: Math.ceil(height) };
}

function draw(element: Element, pen: Pen): SVGElement[] {
  if (element.matches(LEFT_OUT)) return [];
  const style = getComputedStyle(element);
  if (style.display === 'none' || style.visibility === 'hidden') return [];
  const box = element.getBoundingClientRect();
  if (element instanceof SVGElement) return drawSvg(element, box, pen);
  const drawn = drawBoxes(element, style, pen);
  if (element instanceof HTMLCanvasElement) return [...drawn, ...drawCanvas(element, box, pen)];
  const inner = [
    ...drawPseudo(element, '::before', box, pen),
    ...Array.from(element.childNodes).flatMap((child) => {
      if (child instanceof Element) return draw(child, pen);
      return child instanceof Text ? drawText(child, style, pen) : [];
    }),
  ];
  const clipped = style.overflowX !== 'visible' || style.overflowY !== 'visible';
  return clipped && inner.length > 0 ? [...drawn, ...withClip(inner, box, pen)] : [...drawn, ...inner];
}

/** What is scrolled out of view is not drawn. */
function withClip(inner: SVGElement[], box: DOMRect, pen: Pen): SVGElement[] {
  const id = `clip-${(pen.clips += 1)}`;
  const area = s('rect', placed(box, pen));
  return [s('clipPath', { id }, area), s('g', { 'clip-path': `url(#${id})` }, ...inner)];
}

function placed({ left, top, width, height }: DOMRect, pen: Pen): Record<'x' | 'y' | 'width' | 'height', number> {
  return { x: round(left - pen.left), y: round(top - pen.top), width: round(width), height: round(height) };
}

function drawBoxes(element: Element, style: CSSStyleDeclaration, pen: Pen): SVGElement[] {
  const fill = seen(style.backgroundColor);
  const border = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) > 0 && seen(style.borderTopColor);
  const under = !border && style.borderBottomStyle !== 'none' ? parseFloat(style.borderBottomWidth) : 0;
  const line = under > 0 && seen(style.borderBottomColor);
  const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 && seen(style.outlineColor);
  if (!fill && !border && !outline && !line) return [];
  const rx = parseFloat(style.borderTopLeftRadius) || undefined;
  // An inline element that goes over two lines has two boxes.
  return Array.from(element.getClientRects()).flatMap((box) => {
    if (box.width === 0 || box.height === 0) return [];
    const place = placed(box, pen);
    const rect = (attributes: Record<string, string | number | undefined>): SVGElement =>
      s('rect', { ...place, rx, fill: 'none', ...attributes });
    return [
      ...(fill ? [rect({ fill })] : []),
      ...(line ? [rect({ y: round(place.y + place.height - under), height: under, rx: undefined, fill: line })] : []),
      ...(border ? [rect({ stroke: border, 'stroke-width': parseFloat(style.borderTopWidth) })] : []),
      ...(outline
        ? [
            rect({
              stroke: outline,
              'stroke-width': parseFloat(style.outlineWidth),
              'stroke-dasharray': style.outlineStyle === 'dashed' ? '3 2' : undefined,
            }),
          ]
        : []),
    ];
  });
}

function drawCanvas(canvas: HTMLCanvasElement, box: DOMRect, pen: Pen): SVGElement[] {
  if (box.width === 0 || box.height === 0) return [];
  return [s('image', { ...placed(box, pen), href: canvas.toDataURL('image/png'), preserveAspectRatio: 'none' })];
}

function drawSvg(svg: SVGElement, box: DOMRect, pen: Pen): SVGElement[] {
  const copy = styledCopy(svg);
  for (const [name, value] of Object.entries(placed(box, pen))) copy.setAttribute(name, String(value));
  return [copy];
}

/** One element for each line that the text takes. */
function drawText(text: Text, style: CSSStyleDeclaration, pen: Pen): SVGElement[] {
  if (text.data.trim() === '') return [];
  const range = document.createRange();
  const lines: { from: number; to: number }[] = [];
  range.selectNodeContents(text);
  if (range.getClientRects().length <= 1) lines.push({ from: 0, to: text.length });
  else {
    let top = NaN;
    for (let at = 0; at < text.length; at++) {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const box = range.getBoundingClientRect();
      if (box.width > 0 && box.top !== top) {
        top = box.top;
        lines.push({ from: at, to: at + 1 });
      } else if (lines.length > 0) lines.at(-1)!.to = at + 1;
    }
  }
  return lines.flatMap(({ from, to }) => {
    range.setStart(text, from);
    range.setEnd(text, to);
    const box = range.getBoundingClientRect();
    return written(text.data.slice(from, to), style, { left: box.left, top: box.top, length: box.width }, pen);
  });
}

/** Line numbers and signs for what has no shape of its own. */
function drawPseudo(element: Element, name: '::before', box: DOMRect, pen: Pen): SVGElement[] {
  const style = getComputedStyle(element, name);
  const content = /^"(.*)"$/s.exec(style.content)?.[1];
  if (!content) return [];
  const absolute = style.position === 'absolute';
  const { ascent, descent } = fontOf(style);
  const lead = absolute ? ((parseFloat(style.lineHeight) || ascent + descent) - ascent - descent) / 2 : 0;
  const left = box.left + (absolute ? parseFloat(style.left) || 0 : 0);
  const right = style.textAlign === 'end' ? left + parseFloat(style.width) : undefined;
  const inBlock = getComputedStyle(element).display === 'block';
  return written(content, style, { left, right, top: box.top + (inBlock ? lead : 0) }, pen);
}

interface Line {
  left: number;
  /** Where the text ends, when that is what is known. */
  right?: number;
  top: number;
  length?: number;
}

function written(
  content: string,
  style: CSSStyleDeclaration,
  { left, right, top, length }: Line,
  pen: Pen,
): SVGElement[] {
  const shown = content.replace(/[\n\r]/g, ' ');
  if (shown.trim() === '') return [];
  const { ascent } = fontOf(style);
  const attributes = {
    x: round((right ?? left) - pen.left),
    y: round(top + ascent - pen.top),
    fill: style.color,
    'fill-opacity': style.opacity === '1' ? undefined : style.opacity,
    'font-family': style.fontFamily,
    'font-size': style.fontSize,
    'font-weight': style.fontWeight === '400' ? undefined : style.fontWeight,
    'text-anchor': right === undefined ? undefined : 'end',
    // Another machine's font may be wider; the text keeps its place.
    textLength: length ? round(length) : undefined,
    lengthAdjust: length ? 'spacingAndGlyphs' : undefined,
    'xml:space': 'preserve',
  };
  return [s('text', attributes, shown)];
}

const fonts = new Map<string, { ascent: number; descent: number }>();
let measuring: CanvasRenderingContext2D | undefined;

function fontOf({ fontFamily, fontSize, fontWeight }: CSSStyleDeclaration): { ascent: number; descent: number } {
  const font = `${fontWeight} ${fontSize} ${fontFamily}`;
  let found = fonts.get(font);
  if (!found) {
    measuring ??= document.createElement('canvas').getContext('2d')!;
    measuring.font = font;
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = measuring.measureText('x');
    fonts.set(font, (found = { ascent, descent }));
  }
  return found;
}

/** undefined: nothing is seen of it. */
function seen(color: string): string | undefined {
  return color === '' || color === 'transparent' || /^rgba\(.*, 0\)$/.test(color) ? undefined : color;
}

const round = (value: number): number => Math.round(value * 100) / 100;
