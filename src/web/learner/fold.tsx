import type { Child } from 'hono/jsx';
import type { Section } from './model.ts';

/** A line to open, and what it opens. */
export function Fold(props: {
  id?: Section | undefined;
  open?: boolean | undefined;
  label: string;
  children: Child;
}) {
  return (
    <details class="control" id={props.id} open={props.open ?? false}>
      <summary>{props.label}</summary>
      <div class="control-body">{props.children}</div>
    </details>
  );
}
