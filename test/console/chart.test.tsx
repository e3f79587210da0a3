import { describe, expect, it } from 'vitest';
import { DAY } from '../../src/clock.ts';
import { Bars } from '../../src/web/ui/chart.tsx';

const WEEK = 7 * DAY;
const attributes = (html: string, name: string) =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value]) => value);

const flow = () =>
  String(
    <Bars
      id="flow"
      title="Mail flows"
      span="week"
      unit="mails"
      lanes={['lessons', 'asked for']}
      bars={[
        { at: 0, values: [10, 5] },
        { at: WEEK, values: [20, 0] },
        { at: 2 * WEEK, values: [8, 2], ahead: true },
      ]}
    />,
  );

describe('bars over time', () => {
  it('stand on each other, as tall as what they count', () => {
    const heights = new Map(
      [...flow().matchAll(/<rect class="(lane-\d(?: ahead)?)"[^>]*x="[\d.]+%"[^>]*>/g)].map(
        ([rect, lane]) => [`${lane} at ${attributes(rect, 'x')[0]}`, attributes(rect, 'height')[0]],
      ),
    );
    const [, second] = [...heights].filter(([at]) => at.startsWith('lane-1 '));
    expect(second?.[1]).toBe('160');
    expect([...heights.values()]).toEqual(['80', '160', '64', '40', '16']);
  });

  it('are outlined where they are ahead, and told in words, too', () => {
    expect(flow().match(/class="lane-\d ahead"/g)).toHaveLength(2);
    expect(flow()).toContain('outlined: ahead');
    expect(flow().match(/the forecast/g)).toHaveLength(1);
  });

  it('say the finding as their name, and every number in the table below', () => {
    expect(flow()).toContain('<figcaption id="flow-title">Mail flows</figcaption>');
    expect(flow()).toContain('aria-labelledby="flow-title"');
    for (const cell of ['Jan 8, 1970', '<span>20</span>', '<span>5</span>']) {
      expect(flow()).toContain(cell);
    }
  });

  it('take no style that a strict policy would refuse', () => {
    expect(flow()).not.toMatch(/\sstyle=|<style/);
  });

  it('draw a week of nothing as a ground without bars', () => {
    const nothing = String(
      <Bars
        id="none"
        title="Nobody yet"
        span="week"
        unit="people"
        lanes={['Began']}
        bars={[{ at: 0, values: [0] }]}
      />,
    );
    expect(nothing).not.toContain('<rect');
    expect(nothing).not.toContain('NaN');
  });
});
