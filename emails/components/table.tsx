import type { CSSProperties, ReactNode } from 'react';

interface Props {
  className?: string;
  style?: CSSProperties;
  children: ReactNode;
}

/** A table that lays out and says nothing: the one box that every mail program gives width and room. */
export function Table({ className, style, children }: Props) {
  return (
    <table
      role="presentation"
      width="100%"
      cellPadding="0"
      cellSpacing="0"
      className={className}
      style={style}
    >
      <tbody>{children}</tbody>
    </table>
  );
}
