/** SVG elements. Looks come from classes (plot.css): the page's policy forbids style attributes. */
import { setAttribute, type Child } from '../dom';

export function s<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | number | boolean | null | undefined> = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Colours and dashes of plot.css repeat after this many. */
const SERIES = 8;

/** The class that gives a series its colour (and a line its dashes). */
export const seriesClass = (index: number): string => `series-${index % SERIES}`;
