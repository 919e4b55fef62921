export function installTestVsCode(): Promise<string>;
export function installTestBrowser(): Promise<string>;
