/** What compile.ts makes of embed.ts at build time. */
declare module 'virtual:widget' {
  /**
   * One classic script.
   *
   * @param course the course's origin, the one host that it asks
   */
  export function scriptOf(course: string): string;
}
