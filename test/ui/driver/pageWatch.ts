/** Records what a person with the developer tools open would see go wrong in our webviews. */
import type { ConsoleMessage, Page } from 'playwright-core';

const POLICY = /Refused to|Content Security Policy|violates the following/;
/** A webview's document and its resources; the workbench's own scripts come from elsewhere. */
const WEBVIEW = /vscode-resource\.|vscode-webview|fake\.html|\/webview\/browser\/pre\//;

export class PageWatch {
  /** Everything the page's console said, for the failure report. */
  readonly console: string[] = [];
  private readonly wrong: string[] = [];

  constructor(page: Page) {
    page.on('console', (message) => this.record(message));
    page.on('pageerror', (error) => {
      this.console.push(`pageerror: ${error.stack ?? error.message}`);
      if (WEBVIEW.test(error.stack ?? '')) this.wrong.push(`uncaught: ${error.stack}`);
    });
  }

  private record(message: ConsoleMessage): void {
    const { url, lineNumber } = message.location();
    const line = `${message.type()}: ${message.text()} (${url}:${lineNumber})`;
    this.console.push(line);
    // A violation by a style attribute has no place.
    const violation = POLICY.test(message.text()) && (url === '' || WEBVIEW.test(url));
    if (violation || (WEBVIEW.test(url) && message.type() === 'error')) this.wrong.push(line);
  }

  /** What went wrong since the last call. */
  takeProblems(): string[] {
    return this.wrong.splice(0);
  }
}
