/** The program of one of our files, with all that it imports, as text (scripts/lib/bundled.mjs). */
declare module 'bundled:*' {
  const program: string;
  export default program;
}
