/** The address of a page script, finished with all that it imports (src/cli/page-scripts.ts). */
declare module '*?script' {
  const url: string;
  export default url;
}
