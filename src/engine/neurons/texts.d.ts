/** Beginnings of this project's own files, embedded by the bundler (scripts/lib/bundled.mjs). */
declare module 'texts:*' {
  const texts: { name: string; text: string }[];
  export default texts;
}
