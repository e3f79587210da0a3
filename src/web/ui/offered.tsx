/** Through whom a course is taken. A logo of theirs goes before the name. */
export function OfferedThrough({ name }: { name: string }) {
  return <p class="offered">Offered through {name}</p>;
}
