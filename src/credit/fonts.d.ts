/** What src/cli/fonts.ts makes of the packages at build time. */
declare module 'virtual:fonts' {
  /** In the order in which they are asked for a letter. */
  export const faces: { url: string; ranges: number[] }[];
}
