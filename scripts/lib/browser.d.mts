import type { Browser } from 'playwright-core';

/** @param folder the one that installTestBrowser() gave */
export function startBrowser(folder: string): Promise<Browser>;
