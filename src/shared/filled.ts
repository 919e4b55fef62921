/** A sentence with its places filled: `{0}`, `{1}` … are its arguments; a place without one stays. */
export function filled(
  text: string,
  args: readonly (string | number)[],
  written: (arg: string) => string = (arg) => arg,
): string {
  return text.replace(/\{(\d+)\}/g, (place, index: string) => written(String(args[Number(index)] ?? place)));
}
