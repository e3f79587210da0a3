/** What compile.ts makes of embed.ts at build time. */
declare module 'virtual:widget' {
  /** One classic script. */
  export const script: string;
}
