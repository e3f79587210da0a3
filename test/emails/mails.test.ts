import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SHIPPED_COURSE } from '../../emails/compile.ts';
import { readImprint } from '../../emails/imprint.ts';
import { parseLesson } from '../../emails/lesson.ts';
import {
  compileEmails,
  compileLessonMail,
  compileText,
  PLACEHOLDERS_OF,
} from '../../emails/mails.tsx';
import { checkPlaceholders, holesIn } from '../../emails/placeholders.ts';
import { previewMails } from '../../emails/previews.tsx';
import { folderOf, sampleCourse, sampleLesson } from './sample.ts';

const LESSONS = join(import.meta.dirname, '../../emails/lessons');
const compiled = compileEmails(LESSONS, SHIPPED_COURSE);
const { notes, weeks } = compiled;
const NOBODY = readImprint(SHIPPED_COURSE);
const mails = [...notes, ...weeks.map(({ mail }) => mail)].map(
  (mail) => [`${mail.kind} ${mail.lesson ?? ''}`.trim(), mail] as const,
);
const lessons = weeks.map(
  ({ mail, lesson, text }) => [`lesson ${lesson.week}`, mail, lesson, text] as const,
);
const previews = previewMails(LESSONS).map((mail) => [mail.name, mail] as const);

/** Mails to people of providers and of the operator, who are no subscribers. */
const TO_STAFF = ['enter', 'invite', 'sure', 'owners-changed', 'sites-changed', 'key-ending'];
/** Mails that greet nobody by name, and carry nothing of a learner. */
const NAMELESS = ['address', ...TO_STAFF];

/** What a reader sees of some HTML: no head, no tags, no characters in disguise. */
function visible(html: string): string {
  return html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<div style="display:none.*?<\/div><\/div>/s, '')
    .replaceAll(/<sup.*?<\/sup>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll(/\s+/g, ' ');
}

function hrefs(html: string): string[] {
  return [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '');
}

describe.each(previews)('the preview of %s', (name, { html, text }) => {
  it('shows finished words in both parts, and nothing that should have been filled in', () => {
    for (const part of [html, text]) {
      expect(part).toContain(NAMELESS.includes(name) ? 'Hello,' : 'Hello Ana,');
      expect(part).not.toMatch(/\{\{|\}\}\s*[^<\s]|undefined|\[object|NaN/);
    }
  });
});

describe.each(mails)('the mail %s', (_, mail) => {
  it('stays far below the 102 KB at which Gmail cuts a mail off', () => {
    // As it is sent: no value that the server fills in is longer.
    const html = mail.html.replaceAll(/\{\{\w+\}\}/g, 'x'.repeat(300));
    expect(Buffer.byteLength(html)).toBeLessThan(60 * 1024);
    expect(Buffer.byteLength(mail.text)).toBeLessThan(30 * 1024);
  });

  it('asks the server only for what it knows of this recipient', () => {
    expect(PLACEHOLDERS_OF[mail.kind]).toEqual(expect.arrayContaining(holesIn(mail.html)));
    expect(PLACEHOLDERS_OF[mail.kind]).toEqual(expect.arrayContaining(holesIn(mail.text)));
    expect(mail.subject).not.toContain('{{');
  });

  it('holds every placeholder that its kind has, in both parts', () => {
    const needed = (PLACEHOLDERS_OF[mail.kind] ?? []).filter((name) => name !== 'base_url');
    expect(needed.length).toBeGreaterThan(1);
    expect(holesIn(mail.html)).toEqual(expect.arrayContaining([...needed, 'base_url']));
    expect(holesIn(mail.text)).toEqual(expect.arrayContaining(needed));
  });

  it('has only links that are a placeholder as a whole or a fixed https address', () => {
    for (const href of hrefs(mail.html)) {
      expect(href).toMatch(/^(\{\{[a-z_]+_url\}\}|https:\/\/doi\.org\/[^{}]+|https:\/\/[^{}]+)$/);
    }
  });

  it('can be left by a link unless it may be a stranger’s, and says who sends it', () => {
    for (const part of [visible(mail.html), mail.text.replaceAll(/\s+/g, ' ')]) {
      expect(part).toContain('{{postal_address}}');
      expect(part).toContain('inspired by an article by Katie Pesch, PhD (2017)');
      expect(part).toContain(
        'does not replace therapy, supervision, legal advice or emergency help',
      );
    }
    const theirs = !NAMELESS.includes(mail.kind);
    expect(hrefs(mail.html).includes('{{unsubscribe_url}}')).toBe(theirs);
    expect(mail.text.split('\n').includes('{{unsubscribe_url}}')).toBe(theirs);
    // What anybody can cause can be refused, and where that must end no course by a link of its own.
    const refusable = ['already-enrolled', 'address'].includes(mail.kind);
    expect(hrefs(mail.html).includes('{{not_me_url}}')).toBe(refusable);
    expect(mail.text.split('\n').includes('{{not_me_url}}')).toBe(refusable);
    expect(visible(mail.html).includes('This was not me')).toBe(
      refusable || ['confirm', 'invite'].includes(mail.kind),
    );
  });

  it('reads well without pictures, aloud, in the dark and with large letters', () => {
    expect(mail.html).toMatch(/^<!doctype html><html [^>]*lang="en"/);
    expect(mail.html).not.toMatch(/background-image|url\(/);
    // What a picture shows is said, or stands beside it; without one nothing is held open.
    const pictures = mail.html.match(/<img[^>]*>/g) ?? [];
    expect(pictures.length).toBe(['lesson', 'complete'].includes(mail.kind) ? 2 : 1);
    for (const [at, picture] of pictures.entries()) {
      expect(picture).toMatch(at === 0 ? / alt=""/ : / alt="[A-Z][^"]{20,100}\."/);
      expect(picture).toMatch(/ src="\{\{base_url\}\}\/drawings\/[\w-]+\.png"/);
      expect(picture).toMatch(/ width="\d+"/);
      expect(picture).not.toContain(' height=');
    }
    expect(mail.html.match(/<h1/g)).toHaveLength(1);
    for (const table of mail.html.match(/<table[^>]*>/g) ?? []) {
      expect(table).toContain('role="presentation"');
    }
    expect(mail.html).toContain('<meta name="color-scheme" content="light dark"/>');
    expect(mail.html).toContain('@media (prefers-color-scheme:dark)');
    const sizes = mail.html.replaceAll(/<sup[^>]*>/g, '').matchAll(/font-size:(\d+)px/g);
    for (const [, size] of sizes) expect(Number(size)).toBeGreaterThanOrEqual(16);
  });

  it('has links to press one at a time, and the one that ends the lessons far from any other', () => {
    // A link that stands alone is as tall as a thumb, by its own room around its line.
    const alone = mail.html.match(/<p style="[^"]*"><a [^>]*>[^<]*<\/a><\/p>/g) ?? [];
    for (const link of alone) expect(link).toMatch(/<a [^>]*display:inline-block;padding:10px 0/);
    const end = mail.html.slice(mail.html.lastIndexOf('emergency help'));
    const last = end.match(/<a /g) ?? [];
    expect(last).toHaveLength(['confirm', ...NAMELESS].includes(mail.kind) ? 0 : 1);
  });

  it('has a subject and a preview that fit an inbox', () => {
    expect(mail.subject.length).toBeLessThanOrEqual(60);
    const preview = /<div style="display:none[^>]*>([^<]*)/.exec(mail.html)?.[1] ?? '';
    expect(preview.length).toBeGreaterThan(20);
    expect(preview.length).toBeLessThanOrEqual(110);
  });

  it('wraps its text part at 72 columns and breaks no address', () => {
    for (const line of mail.text.split('\n')) {
      if (!/^\s*(\S*https:\/\/\S+|\{\{\w+\}\})$/.test(line))
        expect(line.length).toBeLessThanOrEqual(72);
      expect(line).toBe(line.trimEnd());
    }
    for (const href of hrefs(mail.html)) {
      if (href !== '{{base_url}}') expect(mail.text).toContain(href);
    }
    expect(mail.text).not.toMatch(/&[a-z]+;|<[a-z/]|\n{4}/);
    expect(mail.text.endsWith('\n')).toBe(true);
  });

  it('carries a hash that anybody can compute from what it holds', () => {
    const { kind, lesson, subject, html, text } = mail;
    const frozen = JSON.stringify([kind, lesson, subject, html, text]);
    expect(mail.hash).toBe(createHash('sha256').update(frozen).digest('hex'));
  });
});

describe.each(lessons)('%s', (_, mail, lesson, page) => {
  it('says in both parts which week it is, what it promises, and each of its sentences', () => {
    const text = mail.text.replaceAll(/\s*\[[\d, ]+\]/g, '').replaceAll(/[*\s]+/g, ' ');
    const html = visible(mail.html);
    for (const part of [html, text]) {
      expect(part).toContain(`${lesson.week} of 8`);
      expect(part).toContain(`About ${lesson.minutes} minutes to read`);
      expect(part).toContain(lesson.title);
      expect(part).toContain(lesson.promise);
    }
    const paragraphs = page.html.match(/<(p|li|h2|h3)\b.*?<\/\1>/gs) ?? [];
    expect(paragraphs.length).toBeGreaterThan(20);
    for (const paragraph of paragraphs) {
      const words = visible(paragraph)
        .replaceAll(/\s+([.,;:?!…”’)])/g, '$1')
        .trim();
      expect(html.replaceAll(/\s+([.,;:?!…”’)])/g, '$1')).toContain(words);
      expect(text.replaceAll(/\s+([.,;:?!…”’)])/g, '$1')).toContain(words);
    }
  });

  it('lists each reference that it cites, under the number it cites it by', () => {
    const cited = [...page.html.matchAll(/href="#ref-(\d+)"/g)].map((match) => Number(match[1]));
    const numbers = page.references.map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    expect([...new Set(cited)].sort((a, b) => a - b)).toEqual(numbers);
    for (const { number, html } of page.references) {
      expect(visible(mail.html)).toContain(visible(html).trim().slice(0, 40));
      expect(mail.text).toContain(`\n[${number}] `);
    }
  });

  it('is plain semantic HTML on the web, without styles and with headings from h2', () => {
    expect(page.html).not.toMatch(/style=|<h1|<table|\{\{/);
    expect(page.html).toMatch(/<h2>/);
    expect(page.html).toMatch(/<blockquote class="exchange">/);
  });
});

describe.each(lessons)('the mail of %s', (_, mail, lesson, page) => {
  it('is found by its number and its title, and read in a browser from its head', () => {
    expect(mail.subject).toBe(`${lesson.week}/8 · ${lesson.title}`);
    expect(mail.html.indexOf('{{lesson_url}}')).toBeLessThan(mail.html.indexOf('<h1'));
    expect(mail.text.indexOf('{{lesson_url}}')).toBeLessThan(mail.text.indexOf('{{greeting}}'));
  });

  it('shows on its first lines how far the course has come', () => {
    expect(mail.html.match(/<td [^>]*class="on"/g)).toHaveLength(lesson.week);
    expect(mail.html.match(/<td [^>]*class="off"/g) ?? []).toHaveLength(8 - lesson.week);
    expect(mail.text).toMatch(new RegExp(`^In the Room · ${lesson.week} of 8{{offered}}\n`));
  });

  it('has the practice on a card that says where it is from, whole', () => {
    const label = `In the Room · ${lesson.week} of 8 · to try this week`;
    const steps = [...(/<ol>(.*?)<\/ol>/s.exec(page.html)?.[1] ?? '').matchAll(/<li>/g)];
    const [, card = ''] = mail.html.split(label);
    const [inside = ''] = card.split('</table></td></tr></tbody></table>');
    expect(inside.match(/<h2/g)).toHaveLength(1);
    expect(inside.match(/class="clay"/g)).toHaveLength(steps.length);
    expect(steps.length).toBeGreaterThan(2);
    const [, sheet = ''] = mail.text.split(`${'_'.repeat(72)}\n\n`);
    expect(sheet.startsWith(label)).toBe(true);
    expect(sheet.match(/^\d\. /gm)).toHaveLength(steps.length);
  });
});

describe('the confirmation', () => {
  const confirm = notes.find(({ kind }) => kind === 'confirm');

  it('tells the person whose address somebody else typed what happens if they do nothing', () => {
    for (const part of [
      visible(confirm?.html ?? ''),
      confirm?.text.replaceAll(/\s+/g, ' ') ?? '',
    ]) {
      expect(part).toContain('entered this address {{asked_at}}');
      expect(part).toContain('Unless you confirm, no lesson will be sent here');
      expect(part).toContain('This was not me');
      expect(part).toContain('The link works for 7 days.');
    }
  });

  it('shows the link itself, for a client that doesn’t open the button', () => {
    expect(visible(confirm?.html ?? '')).toContain('{{confirm_url}}');
  });
});

describe('the closing note', () => {
  it('calls each of the eight practices what its lesson calls it', () => {
    const note = notes.find(({ kind }) => kind === 'complete');
    const items = [...(note?.html ?? '').matchAll(/<td[^>]*><strong>(.*?)<\/strong>/g)];
    const practices = items.map(([, name]) => name ?? '');
    expect(practices).toHaveLength(8);
    const unknown = practices.filter((name, at) => {
      const page = weeks[at]?.text.html.toLowerCase();
      return !page?.includes(name.toLowerCase());
    });
    expect(unknown).toEqual([]);
  });
});

describe('a course that somebody signs', () => {
  const person = { name: 'Ana Example', role: 'author', degree: 'PsyD', bio: 'Sees adults.' };
  const course = { people: [person], reviews: [], price: 'Free.', answers: 'no' };
  const file = join(folderOf({ 'course.yaml': stringify(course) }), 'course.yaml');
  const signed = compileEmails(LESSONS, file);

  it('has the name under every mail, in both parts, and else none has a name', () => {
    for (const mail of [...signed.notes, ...signed.weeks.map((week) => week.mail)]) {
      expect(mail.html).toMatch(/<p style="[^"]*font-style:italic[^"]*">Ana Example, PsyD<\/p>/);
      expect(mail.text).toContain('\nAna Example, PsyD\n');
    }
    for (const [, { html, text }] of mails) expect(html + text).not.toContain('PsyD');
  });
});

describe('all of it together', { timeout: 30_000 }, () => {
  it('comes out the same, byte for byte, each time it is compiled', () => {
    expect(compileEmails(LESSONS, SHIPPED_COURSE)).toEqual(compiled);
  });

  it('has no two mails with one hash', () => {
    expect(mails.length).toBeGreaterThan(16);
    expect(new Set(mails.map(([, { hash }]) => hash)).size).toBe(mails.length);
  });

  it('leaves most of the Worker’s 200 KB to the Worker', () => {
    expect(gzipSync(JSON.stringify({ weeks, notes })).length).toBeLessThan(90 * 1024);
  });

  it('uses the course’s words for things, and nothing louder', () => {
    for (const { html, text, subject } of notes) {
      for (const part of [visible(html), text, subject]) {
        expect(part).not.toMatch(/verif|activat|subscription|campaign|registration|quiz|survey/i);
        expect(part).not.toMatch(/!|\bsimply\b|\bCE\b|approved|accredited/i);
      }
    }
  });
});

describe('a lesson with an edge', () => {
  const compile = (body: string) => {
    const source = sampleLesson(undefined, `${body}\n\nCited [@rogers-1957; @de-shazer-1985].\n`);
    const lesson = parseLesson(source, 'emails/lessons/03-sample.md');
    return { mail: compileLessonMail(lesson, NOBODY), page: compileText(lesson) };
  };

  it('shows signs that HTML or Markdown would take for their own', () => {
    const { mail, page } = compile('## Five < six\n\nR&D, “a \\*star\\*”, p < .05 & "more".');
    expect(page.html).toContain('<h2>Five &lt; six</h2>');
    expect(page.html).toContain('R&amp;D, “a *star*”, p &lt; .05 &amp; &quot;more&quot;.');
    expect(mail.text).toContain('R&D, “a *star*”, p < .05 & "more".');
  });

  it('puts a citation close to its word on the web and in brackets in the text', () => {
    const { mail, page } = compile('## One\n\nSo it went [@rogers-1957; @de-shazer-1985].');
    expect(page.html).toContain(
      'So it went<sup class="cite"><a href="#ref-1">1</a>, <a href="#ref-2">2</a></sup>.',
    );
    expect(mail.html).toMatch(/So it went<sup[^>]*>1, 2<\/sup>\./);
    expect(mail.text).toContain('So it went [1, 2].');
  });

  it('shows an unspoken thought in brackets, without its label', () => {
    const { mail, page } = compile('## One\n\n> **You:** Hm.\n>\n> *(note: You wait.)*');
    expect(page.html).toContain(
      '<blockquote class="exchange"><p><strong>You:</strong> Hm.</p><p class="aside"><em>(You wait.)</em></p></blockquote>',
    );
    expect(mail.text).toContain('\n    You: Hm.\n\n    (You wait.)\n');
  });

  it('changes its hash with every change of its words, and no other mail’s', () => {
    const before = sampleCourse();
    const after = {
      ...before,
      '04-sample.md': before['04-sample.md']?.replace('One cue', 'Two cues') ?? '',
    };
    const hashes = (files: Record<string, string>) =>
      compileEmails(folderOf(files), SHIPPED_COURSE).weeks.map(({ mail }) => mail.hash);
    const [old, now] = [hashes(before), hashes(after)];
    expect(now.map((hash, at) => hash === old[at])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((week) => week !== 4),
    );
  });
});

describe('a template that asks for what the server does not know', () => {
  const mail = {
    kind: 'confirm',
    lesson: null,
    textHash: null,
    subject: 'Hello',
    html: '',
    text: '',
  } as const;
  const allowed = PLACEHOLDERS_OF.confirm ?? [];

  it('fails the build and names the placeholder', () => {
    expect(() => checkPlaceholders({ ...mail, html: '<p>{{first_name}}</p>' }, allowed)).toThrow(
      'The mail "confirm" (html): expected only {{base_url}}, {{postal_address}}, {{greeting}}, {{unsubscribe_url}}, {{confirm_url}}, {{asked_at}}, got {{first_name}}',
    );
  });

  it('fails the build for a slot in a mail to somebody who has none', () => {
    expect(() => checkPlaceholders({ ...mail, text: '{{slot}}' }, allowed)).toThrow('got {{slot}}');
  });

  it('fails the build for a placeholder in a subject', () => {
    expect(() => checkPlaceholders({ ...mail, subject: '{{greeting}}' }, allowed)).toThrow(
      '"confirm"',
    );
  });
});
