import type { ReactNode } from 'react';
import { Head, Html, Preview } from 'react-email';
import { look, STYLESHEET } from './look.ts';

export const COURSE = 'In the Room';

interface Props {
  /** What an inbox shows after the subject. */
  preview: string;
  /** A line above the title, such as the week. */
  kicker?: string;
  title: string;
  /** Where the course's name leads. */
  baseUrl: string;
  children: ReactNode;
}

/** The document around every mail: head, ground and one column. */
export function Layout({ preview, kicker, title, baseUrl, children }: Props) {
  return (
    <Html lang="en">
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />
        <title>{title}</title>
        <style>{STYLESHEET}</style>
      </Head>
      <body className="paper" style={look.body}>
        <Preview useTitleTag={false}>{preview}</Preview>
        <div className="paper" style={look.page}>
          {/* Outlook takes the width; everybody else shrinks the column to fit. */}
          <table
            role="presentation"
            align="center"
            width="560"
            cellPadding="0"
            cellSpacing="0"
            style={look.column}
          >
            <tbody>
              <tr>
                <td className="ink" style={look.cell}>
                  <p className="rule" style={look.masthead}>
                    <a href={baseUrl} style={look.name}>
                      {COURSE}
                    </a>
                  </p>
                  {kicker && (
                    <p className="soft" style={look.kicker}>
                      {kicker}
                    </p>
                  )}
                  <h1 style={look.title}>{title}</h1>
                  {children}
                </td>
              </tr>
            </tbody>
          </table>
        </div>
      </body>
    </Html>
  );
}
