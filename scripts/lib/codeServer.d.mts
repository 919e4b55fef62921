export interface ServerOptions {
  /** The folder that installTestVsCode() gave. */
  server: string;
  /** On top of settings that keep the workbench quiet. */
  settings?: Record<string, unknown>;
  /** Installed before the start, as a person would. */
  vsix?: string;
  /** Folder of an unpacked extension that is there besides ours. */
  beside?: string;
  /** Whether pages may load an extension in development mode. It suppresses dialogs. Default: unless a .vsix is given. */
  development?: boolean;
  /** For tests: without those of VS Code's own extensions that none of them meets, and in each window's own language. */
  bare?: boolean;
  /** Where settings and state are kept; a temporary folder by default. */
  dataFolder?: string;
  port?: number;
  /** Of the server and of the extensions in it. */
  environment?: Record<string, string>;
}

export interface PageOptions {
  /** Absolute path of the workspace. */
  folder: string;
  openFile?: string;
  /** Where the cursor stands in it, from 1. */
  line?: number;
  /** The extension to load in development mode. */
  extension?: string;
  /** A module whose run() is called inside the extension host. */
  tests?: string;
  /** Becomes process.env there. */
  environment?: Record<string, string>;
}

export interface CodeServer {
  port: number;
  log: string;
  writeSettings(settings: Record<string, unknown>): void;
  url(page: PageOptions): string;
  stop(): Promise<void>;
}

export function startCodeServer(options: ServerOptions): Promise<CodeServer>;

/** The wanted port when it is free, else any. */
export function freePort(wanted?: number): Promise<number>;

/** The Node that an installed test VS Code brings. */
export function nodeOf(server: string): string;
