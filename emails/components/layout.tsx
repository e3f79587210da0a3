import type { ReactNode } from 'react';
import { Head, Html, Preview } from 'react-email';
import { type Drawing, drawing, SERVED_AT } from '../drawings.ts';
import { WEEKS } from '../lesson.ts';
import { COLUMN, look, STYLESHEET } from './look.ts';
import { Table } from './table.tsx';

export const COURSE = 'In the Room';

interface Props {
  /** What an inbox shows after the subject. */
  preview: string;
  /** A line above the title. */
  kicker?: string;
  title: string;
  /** Where the course's name leads, and where its pictures are. */
  baseUrl: string;
  /** The week that the reader has come to, and the drawing that stands on it. */
  reached?: { week: number; drawing: string };
  /** Where the mail can be read in a browser. */
  pageUrl?: string;
  /** Through whom the course is taken; a hole that may be filled with nothing. */
  offered?: string | undefined;
  children: ReactNode;
}

/** The document around every mail: head, ground and one column, below the course's name. */
export function Layout({ preview, kicker, title, reached, children, ...top }: Props) {
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
        {/* A table, because some programs drop the body and others give no block a width. */}
        <Table className="paper" style={look.ground}>
          <tr>
            <td align="center" style={look.page}>
              <Table style={look.column}>
                <Masthead {...top} week={reached?.week} />
                {reached && (
                  <tr>
                    <td colSpan={2}>
                      <Picture
                        of={drawing(reached.drawing)}
                        baseUrl={top.baseUrl}
                        width={COLUMN}
                        style={look.drawing}
                      />
                    </td>
                  </tr>
                )}
                <tr>
                  <td colSpan={2}>
                    <Floor week={reached?.week} />
                  </td>
                </tr>
                <tr>
                  <td colSpan={2} align="left" className="ink" style={look.cell}>
                    {kicker && (
                      <p className="sans soft" style={look.kicker}>
                        {kicker}
                      </p>
                    )}
                    <h1 style={look.title}>{title}</h1>
                    {children}
                  </td>
                </tr>
              </Table>
            </td>
          </tr>
        </Table>
      </body>
    </Html>
  );
}

/** The name of the course, how far it has come, and the way to a browser. */
function Masthead({
  baseUrl,
  pageUrl,
  offered,
  week,
}: Pick<Props, 'baseUrl' | 'pageUrl' | 'offered'> & { week: number | undefined }) {
  return (
    <tr>
      <td align="left" style={look.masthead}>
        <a href={baseUrl} className="ink" style={look.name}>
          {/* The name stands beside it, so it has no words of its own. */}
          <Picture of={drawing('mark')} baseUrl={baseUrl} alt="" style={look.mark} /> {COURSE}
        </a>
        {offered && (
          <>
            <br />
            <span className="sans soft" style={look.offered}>
              {offered}
            </span>
          </>
        )}
      </td>
      <td align="right" className="sans soft" style={look.place}>
        {week !== undefined && week <= WEEKS && `${week} of ${WEEKS}`}
        {pageUrl && (
          <>
            <br />
            <a href={pageUrl} style={look.link}>
              Read in a browser
            </a>
          </>
        )}
      </td>
    </tr>
  );
}

/** What the drawing stands on: a part for each week, those that have come in another color. */
function Floor({ week }: { week: number | undefined }) {
  if (week === undefined) {
    return (
      <Table>
        <tr>
          <td className="off" style={look.floor}>
            {'\u00a0'}
          </td>
        </tr>
      </Table>
    );
  }
  const parts = Array.from({ length: 2 * WEEKS - 1 }, (_, at) =>
    at % 2 ? null : { week: at / 2 + 1 },
  );
  return (
    <Table>
      <tr>
        {parts.map((part, at) =>
          part ? (
            <td
              key={part.week}
              width={`${Math.floor(100 / WEEKS)}%`}
              className={part.week <= week ? 'on' : 'off'}
              style={part.week <= week ? look.weekHad : look.weekToCome}
            >
              {'\u00a0'}
            </td>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: rendered once, in this order
            <td key={`gap ${at}`} width="4" style={look.gap}>
              {'\u00a0'}
            </td>
          ),
        )}
      </tr>
    </Table>
  );
}

function Picture(props: {
  of: Drawing;
  baseUrl: string;
  alt?: string;
  width?: number;
  style: (typeof look)['drawing' | 'mark'];
}) {
  const { of, baseUrl, alt = of.alt, width = of.width, style } = props;
  // Without a height, what stands in for a picture that is not loaded takes a line.
  return <img src={`${baseUrl}${SERVED_AT}/${of.file}`} alt={alt} width={width} style={style} />;
}
