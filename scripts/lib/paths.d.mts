export const root: string;
export const testFolder: string;
export const sampleWorkspace: string;
export const sample: { file: string; from: number; to: number };
export function logFile(name: string): string;
