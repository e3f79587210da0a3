/** `npm run emails`: every mail with sample values, read anew at each reload, for whoever edits them. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import { main, ROOT, say } from './local.ts';

interface PreviewMail {
  name: string;
  subject: string;
  html: string;
  text: string;
}

const STYLE = `body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:44rem;padding:0 1rem;
color-scheme:light dark}td,th{padding:.3rem 1rem .3rem 0;text-align:left;vertical-align:top}`;

main(async () => {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '3030' } } });
  const folder = join(ROOT, 'emails');
  const mails = async (): Promise<PreviewMail[]> => {
    const { module } = await runnerImport<{ previewMails(lessons: string): PreviewMail[] }>(
      join(folder, 'previews.tsx'),
      { root: folder, logLevel: 'error' },
    );
    return module.previewMails(join(folder, 'lessons'));
  };
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) => {
      response.writeHead(status, { 'content-type': `text/${type}; charset=utf-8` }).end(body);
    };
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    if (/^drawings\/[\w-]+\.png$/.test(path)) {
      readFile(join(ROOT, 'public', path)).then(
        (picture) => response.writeHead(200, { 'content-type': 'image/png' }).end(picture),
        () => answer(404, 'plain', 'There is no such drawing.'),
      );
      return;
    }
    mails().then(
      (all) => {
        const mail = all.find(({ name }) => path === name || path === `${name}.txt`);
        if (path === '') answer(200, 'html', index(all));
        else if (!mail) answer(404, 'plain', 'There is no such mail.');
        else if (path === mail.name) answer(200, 'html', drawnHere(mail.html));
        else answer(200, 'plain', mail.text);
      },
      // A lesson with a mistake says which, and is read again at the next reload.
      (error: unknown) => answer(500, 'plain', error instanceof Error ? error.message : 'failed'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(Number(values.port), '127.0.0.1', resolve);
  });
  say(`Every mail, with sample values: http://localhost:${values.port}\nStop with Ctrl+C.`);
});

/** The sample's address serves nothing: its drawings come from here. */
function drawnHere(html: string): string {
  return html.replaceAll(/ src="https:[^"]*(\/drawings\/)/g, ' src="$1');
}

function index(mails: PreviewMail[]): string {
  const plain = (text: string) => text.replace(/[&<"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const rows = mails.map(
    ({ name, subject, html }) =>
      `<tr><th scope="row"><a href="/${name}">${name}</a></th><td>${plain(subject)}</td>` +
      `<td><a href="/${name}.txt">text</a></td><td>${(Buffer.byteLength(html) / 1024).toFixed(1)} KB</td></tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mails</title><style>${STYLE}</style>
<h1>Mails</h1><table>${rows.join('\n')}</table></html>`;
}
