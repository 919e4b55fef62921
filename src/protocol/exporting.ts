/** What a panel's page can be saved as: the same for every panel, see src/commands/export.ts. */

export const EXPORT_FORMATS = ['json', 'csv', 'md', 'svg', 'png', 'html', 'mcap'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

interface ExportableView {
  name: string;
  title: string;
  formats: readonly ExportFormat[];
}

/** What of the page can be saved. */
export interface Exportable {
  /** From top to bottom. */
  views: ExportableView[];
  /** All of them together, where that makes a file: the group's name. */
  all: { title: string; formats: readonly ExportFormat[] } | null;
}

export interface Exported {
  /** For the file, without an extension. */
  name: string;
  content: string | Uint8Array;
}

/** A view of an exportable panel as a file; `view` null: all of them. */
export interface WantedExport {
  format: ExportFormat;
  view: string | null;
}

/** What a page answers that can be exported. */
export type ExportViewApi = {
  /** null: there is nothing yet. */
  exportable: { params: Record<never, never>; result: Exportable | null };
  exported: { params: WantedExport; result: Exported | null };
};

/** A panel that can be exported; null: nothing, or the panel is hidden. */
export interface Exporting {
  exportable(): Promise<Exportable | null>;
  exported(wanted: WantedExport): Promise<Exported | null>;
}
