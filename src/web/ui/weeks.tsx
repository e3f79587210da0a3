import { LESSONS, lessons } from '../../course/course.ts';

/** How many weeks were sent: eight dots, and "3 of 8". */
export function Weeks({ sent }: { sent: number }) {
  return (
    <span class="weeks">
      <svg width="92" height="12" aria-hidden="true" focusable="false">
        {lessons.map(({ week }) => (
          <circle
            key={week}
            class={week <= sent ? 'weeks-sent' : 'weeks-ahead'}
            cx={6 + (week - 1) * 11.4}
            cy="6"
            r="4"
          />
        ))}
      </svg>
      {sent} of {LESSONS}
    </span>
  );
}
