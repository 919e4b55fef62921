/** esbuild gives the text of a text file. */
declare module '*.txt' {
  const text: string;
  export default text;
}
