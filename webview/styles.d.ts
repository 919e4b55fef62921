/** Style sheets are bundled by esbuild; to the compiler each is a module without exports. */
declare module '*.css';
