/** What does “Export…” offer at once, and what one step further, so that its list stays short? */
import type { Exportable, ExportFormat } from '../protocol/exporting';

/** A view, or all of them (`view` null). */
export interface ExportPart {
  view: string | null;
  title: string;
  formats: readonly ExportFormat[];
}

/** Formats up to which all parts are offered at once. */
const SHORT = 5;

/**
 * `now`: parts whose formats are listed; `further`: parts that are a row each, which leads to their formats.
 * @param first the view that was asked from; without one, or where it is not on show, the list begins with all
 */
export function exportList(
  { all, views }: Exportable,
  first?: string,
): { now: readonly ExportPart[]; further: readonly ExportPart[] } {
  const parts: ExportPart[] = [
    ...(all ? [{ ...all, view: null }] : []),
    ...views.map(({ name, title, formats }) => ({ view: name, title, formats })),
  ];
  if (parts.reduce((count, { formats }) => count + formats.length, 0) <= SHORT) return { now: parts, further: [] };
  const [start] = parts;
  const now = parts.find(({ view }) => view === first) ?? start;
  return { now: [now], further: parts.filter((part) => part !== now) };
}
