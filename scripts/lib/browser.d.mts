import type { Browser } from 'playwright-core';

/**
 * @param folder the one that installTestBrowser() gave
 * @param options `ownFonts`: the fonts that come with it and no others, so that text is as wide on every machine
 */
export function startBrowser(folder: string, options?: { ownFonts?: boolean }): Promise<Browser>;
