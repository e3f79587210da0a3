import { describe, expect, it } from 'vitest';
import {
  acts,
  deliveries,
  logos,
  pageChecks,
  providers,
  retiredKeys,
  sightings,
  signups,
} from '../../src/db/schema.ts';
import { pictureNamed } from '../cases/pictures.ts';
import { ORIGIN, plantProvider } from '../support/providers.ts';
import { change, count, pick, put, value } from '../support/rows.ts';
import { enterPortal, type Insider } from '../support/staff.ts';
import { countingDatabase, DAY, see, visitor } from '../support/visitor.ts';

const KEY = 'pk_harbor';
const HERE = '/portal/pk-harbor';
const NOON = '2026-11-27T12:00:00Z';
const SEEN = { providerId: 1, way: 'script', key: KEY, firstAt: 5, seenAt: 7 } as const;

async function owner() {
  const anyone = visitor();
  await anyone.setTime(NOON);
  await plantProvider();
  return { anyone, olga: await enterPortal(anyone) };
}

async function viewer() {
  const anyone = visitor();
  await plantProvider();
  return { anyone, vera: await enterPortal(anyone, { role: 'viewer' }) };
}

/** Sends a picture with its form. */
function upload(anyone: ReturnType<typeof visitor>, olga: Insider, bytes: Uint8Array) {
  const form = new FormData();
  form.set('go', 'yes');
  form.set('csrf', olga.csrf);
  form.set('logo', new File([new Uint8Array(bytes)], 'logo.png', { type: 'image/png' }));
  return anyone.postRaw(`${HERE}/logo`, form, undefined, { cookie: olga.cookie });
}

const page = async (response: Response) => {
  expect(response.status).toBe(200);
  return see(response);
};

describe('the form builder', () => {
  it('begins with the link for whoever has no site', async () => {
    const { olga } = await owner();
    const { text, all } = await page(await olga.get(`${HERE}/form`));
    expect(text.indexOf(`http://localhost:8787/?provider=${KEY}`)).toBeGreaterThan(0);
    expect(text.indexOf('Without a site')).toBeLessThan(text.indexOf('On your own page'));
    expect(all('iframe')[0]?.src).toContain(`${HERE}/form/preview?`);
  });

  it('writes what is chosen into the snippet, and nothing of what is as usual', async () => {
    const { olga } = await owner();
    const chosen = new URLSearchParams({
      layout: 'button',
      heading: 'Über “uns” <b>',
      button: 'Go',
      locale: 'de',
      theme: 'dark',
      accent: '456148',
    });
    const { text } = await page(await olga.get(`${HERE}/form?${chosen}`));
    expect(text).toContain(
      `data-provider="${KEY}" data-layout="button" data-heading="Über “uns” &lt;b&gt;" data-button="Go" data-locale="de" data-theme="dark" data-accent="#456148"></script>`,
    );
    const usual = await page(await olga.get(`${HERE}/form?layout=stacked&theme=&accent=`));
    expect(usual.text).toContain(`data-provider="${KEY}"></script>`);
  });

  it('has each way, with the line for a page’s policy and the words of a plain form', async () => {
    const { olga } = await owner();
    const at = async (query: string) => (await page(await olga.get(`${HERE}/form?${query}`))).text;
    expect(await at('way=script')).toContain('script-src http://localhost:8787;\nconnect-src');
    expect(await at('way=iframe&accent=456148&theme=dark')).toContain(
      `<iframe src="http://localhost:8787/embed/${KEY}?theme=dark&amp;accent=456148"`,
    );
    expect(await at('way=form&button=Go')).toMatch(/form-action http[\s\S]*|<button>Go<\/button>/);
    expect(await at('way=form')).toMatch(/words of consent of 20\d\d/);
  });

  it('says of a color how well it is seen, and of none that it is none, with what was typed', async () => {
    const { olga } = await owner();
    const at = async (accent: string) =>
      page(await olga.get(`${HERE}/form?${new URLSearchParams({ accent })}`));
    expect((await at('#0b2b57')).text).toMatch(/to 1 on light ground.*On dark ground it is hard/);
    const wrong = await at('red"><script>');
    expect(wrong.text).toContain('Give a color as #');
    expect(wrong.all('input').find(({ name }) => name === 'accent')?.value).toBe('red"><script>');
    expect(wrong.text).not.toContain('data-accent');
  });

  it('says first that signups are paused', async () => {
    const { olga } = await owner();
    await change(providers, { status: 'paused' });
    expect((await page(await olga.get(`${HERE}/form`))).text).toContain('Your signups are paused');
  });

  it('costs one statement', async () => {
    const { DB, counts } = countingDatabase();
    await plantProvider();
    const anyone = visitor({ DB });
    const olga = await enterPortal(anyone);
    await olga.get(`${HERE}/form`);
    counts();
    await olga.get(`${HERE}/form`);
    // The clock of a local run is one more.
    expect(counts().match(/^(prepare|batch)/gm)?.length).toBeLessThanOrEqual(2);
  });
});

describe('a preview', () => {
  it('is the real form, in a frame of ours alone', async () => {
    const { olga } = await owner();
    const response = await olga.get(`${HERE}/form/preview?theme=dark&ground=dark`);
    expect(response.headers.get('content-security-policy')).toMatch(/frame-ancestors 'self'/);
    expect(response.headers.get('x-frame-options')).toBeNull();
    const { all } = await page(response);
    expect(all('script')[0]).toMatchObject({
      src: 'http://localhost:8787/embed.js',
      'data-provider': `preview-${KEY}`,
      'data-theme': 'dark',
    });
    expect(all('html')[0]?.class).toBe('ground-dark');
  });

  it('has settings for pages of ours only, that nobody keeps, also while signups are paused', async () => {
    const { anyone } = await owner();
    await change(providers, { status: 'paused' });
    const ours = await anyone.get(`/embed/preview-${KEY}.json?page=/x`, {
      'sec-fetch-site': 'same-origin',
    });
    expect(ours.status).toBe(200);
    expect(ours.headers.get('cache-control')).toBe('no-store');
    expect(await ours.json()).toMatchObject({ provider: 'Harbor Institute', form: 'open' });
    const theirs = await anyone.get(`/embed/preview-${KEY}.json?page=/x`, {
      origin: ORIGIN,
      'sec-fetch-site': 'cross-site',
    });
    expect(theirs.status).toBe(404);
    expect(theirs.headers.get('access-control-allow-origin')).toBeNull();
    expect(await count(sightings)).toBe(0);
  });

  it('signs nobody up, in any way, and counts nothing', async () => {
    const { anyone, olga } = await owner();
    const fields = { email: 'ana@example.org', provider: `preview-${KEY}` };
    const json = await anyone.post('/signup', fields, { accept: 'application/json' });
    expect(json.status).toBe(409);
    expect(await json.text()).toContain('This is a preview; nothing was sent.');
    const framed = await anyone.post(`/embed/preview-${KEY}`, { email: 'ana@example.org' });
    expect(framed.status).toBe(409);
    const { text, all } = await see(framed);
    expect(text).toContain('This is a preview; nothing was sent.');
    expect(all('input').find(({ name }) => name === 'email')?.value).toBe('ana@example.org');
    const plain = await page(await olga.get(`${HERE}/form/preview?way=form&sent=yes`));
    expect(plain.text).toContain('nothing was sent');
    expect([await count(signups), await count(deliveries), await count(sightings)]).toEqual([
      0, 0, 0,
    ]);
  });

  it('of a frame stands in a page of ours, and nobody else may frame it', async () => {
    const { anyone } = await owner();
    const response = await anyone.get(`/embed/preview-${KEY}`, { referer: `${ORIGIN}/x` });
    expect(response.headers.get('content-security-policy')).toMatch(/frame-ancestors 'self'(;|$)/);
    expect(await count(sightings)).toBe(0);
  });
});

describe('is it installed?', () => {
  it('says where browsers have loaded the form, with which key, and takes a page out', async () => {
    const { anyone, olga } = await owner();
    await put(sightings, { ...SEEN, page: `${ORIGIN}/courses` });
    await put(sightings, { ...SEEN, key: 'pk_old', page: `${ORIGIN}/old`, seenAt: 6 });
    const { text } = await page(await olga.get(`${HERE}/installed`));
    expect(text).toMatch(/harbor\.example\/courses.*yours/s);
    expect(text).toMatch(/harbor\.example\/old.*pk_old, an older one/s);
    const out = await olga.post(`${HERE}/forget`, { page: `${ORIGIN}/old` });
    expect(out.headers.get('location')).toBe(`${HERE}/installed?done=forgotten`);
    expect(await pick(sightings, ['page'])).toEqual([{ page: `${ORIGIN}/courses` }]);
    expect((await olga.post(`${HERE}/forget`, { page: `${ORIGIN}/x` })).status).toBe(404);
    expect(anyone.woken).toEqual([]);
  });

  it('says how to begin where no browser was seen', async () => {
    const { olga } = await owner();
    const { text } = await page(await olga.get(`${HERE}/installed`));
    expect(text).toContain('Not seen in a browser yet');
    expect(text).not.toMatch(/sighting|origin|cohort/i);
  });

  it('a page on a site that was not named is told letter by letter, and added by one press', async () => {
    const { olga } = await owner();
    const www = 'https://www.harbor.example';
    const answer = await olga.post(`${HERE}/installed`, { page: `${www}/courses` });
    const { text, all } = await page(answer);
    expect(text).toContain(`The page is on ${www}; you have named ${ORIGIN}.`);
    expect(text).toContain(`Add ${www}`);
    const site = all('input').find(({ name }) => name === 'site')?.value ?? '';
    const added = await olga.post(`${HERE}/sites/add`, { site });
    expect(added.headers.get('location')).toBe(`${HERE}/sites?done=added`);
    expect(JSON.parse((await value(providers, 'origins')) as string)).toEqual([ORIGIN, www]);
  });

  it('what is no page comes back with what was typed, and its cure at the field', async () => {
    const { olga } = await owner();
    const answer = await olga.post(`${HERE}/installed`, { page: 'ftp://harbor.example"><b>' });
    expect(answer.status).toBe(422);
    const { text, all } = await see(answer);
    expect(text).toContain('Give the whole address of a page of yours');
    expect(all('input').find(({ name }) => name === 'page')).toMatchObject({
      value: 'ftp://harbor.example"><b>',
      'aria-invalid': 'true',
    });
    expect(await count(pageChecks)).toBe(0);
  });

  it('is looked at 20 times an hour at most', async () => {
    const { anyone, olga } = await owner();
    const now = (await anyone.context()).clock.now();
    for (let turn = 0; turn < 20; turn++) {
      await put(pageChecks, { providerId: 1, page: ORIGIN, at: now, found: 'nothing' });
    }
    const answer = await olga.post(`${HERE}/installed`, { page: `${ORIGIN}/` });
    expect(answer.status).toBe(429);
    expect((await see(answer)).text).toContain('20 times within the hour');
  });
});

describe('looks', () => {
  const LOOKS = {
    name: 'Harbor Institute',
    theme: 'auto',
    line: '',
    site: '',
    accent: '',
    time_zone: '',
  };

  it('are changed, shown at once, and stand in the log with the old name beside the new', async () => {
    const { anyone, olga } = await owner();
    const changed = await olga.post(`${HERE}/looks`, {
      ...LOOKS,
      name: 'Harbor Academy',
      line: 'Since 1987',
      accent: '#456148',
    });
    expect(changed.headers.get('location')).toBe(`${HERE}/looks?done=saved`);
    const { text } = await see(await anyone.get(`/?provider=${KEY}`));
    expect(text).toContain('Offered through Harbor Academy');
    expect(text).toContain('Since 1987');
    expect(await pick(acts, ['actor', 'verb', 'reason'])).toEqual([
      {
        actor: expect.stringMatching(/^member:[0-9a-z]+$/),
        verb: 'change-provider',
        reason: 'name: Harbor Institute → Harbor Academy',
      },
    ]);
  });

  it.each([
    ['name', ' '],
    ['line', 'write to a@b.example'],
    ['site', 'javascript:alert(1)'],
    ['accent', '#ffff00'],
    ['theme', 'blue'],
    ['time_zone', 'Mars/Base'],
  ])(
    'with a wrong %s come back with everything typed, and change nothing',
    async (field, typed) => {
      const { olga } = await owner();
      const answer = await olga.post(`${HERE}/looks`, { ...LOOKS, name: 'Other', [field]: typed });
      expect(answer.status).toBe(422);
      const { all } = await see(answer);
      const control = [...all('input'), ...all('select')].find(({ name }) => name === field);
      expect(control?.['aria-invalid']).toBe('true');
      if (field !== 'theme') expect(control?.value).toBe(typed);
      if (field !== 'name') {
        expect(all('input').find(({ name }) => name === 'name')?.value).toBe('Other');
      }
      expect(await value(providers, 'name')).toBe('Harbor Institute');
      expect(await count(acts)).toBe(0);
    },
  );

  it('take a logo, show it, and let it go', async () => {
    const { anyone, olga } = await owner();
    const given = await upload(anyone, olga, pictureNamed('png'));
    expect(given.headers.get('location')).toBe(`${HERE}/looks?done=logo`);
    const { all } = await page(await olga.get(`${HERE}/looks`));
    expect(all('img')[0]?.src).toBe(`/logos/${await value(logos, 'hash')}`);
    await olga.post(`${HERE}/logo/remove`);
    expect(await count(logos)).toBe(0);
    expect(await pick(acts, ['verb', 'providerId'])).toEqual([
      { verb: 'change-logo', providerId: 1 },
      { verb: 'change-logo', providerId: 1 },
    ]);
  });

  it('say what is wrong with a picture at its field', async () => {
    const { anyone, olga } = await owner();
    for (const [bytes, said] of [
      [pictureNamed('webp'), 'PNG or a JPEG'],
      [new Uint8Array(), 'Choose a picture'],
      [new Uint8Array(70_000), '60 KB'],
    ] as const) {
      const answer = await upload(anyone, olga, bytes);
      expect(answer.status).toBe(422);
      const { text, all } = await see(answer);
      expect(text).toContain(said);
      expect(all('input').find(({ name }) => name === 'logo')?.['aria-invalid']).toBe('true');
    }
    expect((await upload(anyone, olga, new Uint8Array(140_000))).status).toBe(413);
    expect(await count(logos)).toBe(0);
  });
});

describe('keys', () => {
  it('are replaced for as long as is said; both work to their dates, also twice over', async () => {
    const { anyone, olga } = await owner();
    const taken = async (key: string) => (await anyone.get(`/embed/${key}.json`)).status;
    await olga.post(`${HERE}/rotate`, { overlap: '7' });
    const second = (await value(providers, 'publicKey')) as string;
    await olga.post(`${HERE}/rotate`, { overlap: '30' });
    const third = (await value(providers, 'publicKey')) as string;
    expect([await taken(KEY), await taken(second), await taken(third)]).toEqual([200, 200, 200]);
    const { text } = await page(await olga.get(`${HERE}/keys`));
    expect(text).toContain('A key that you replaced works until Friday, December 4');
    expect(text).toMatch(/Sunday, December 27/);
    await anyone.pass(8 * DAY);
    expect([await taken(KEY), await taken(second), await taken(third)]).toEqual([404, 200, 200]);
    await anyone.pass(23 * DAY);
    expect([await taken(second), await taken(third)]).toEqual([404, 200]);
  });

  it('that were replaced are listed with the pages that still carry them, and ended by a press', async () => {
    const { anyone, olga } = await owner();
    await put(sightings, { ...SEEN, page: `${ORIGIN}/courses` });
    await olga.post(`${HERE}/rotate`, { overlap: '90' });
    const before = await page(await olga.get(`${HERE}/keys?done=replaced`));
    expect(before.text).toContain('One page still carries an older key');
    expect(before.text).toMatch(/harbor\.example\/courses.*pk_harbor/s);
    const ended = await olga.post(`${HERE}/end-key`, { key: KEY });
    expect(ended.headers.get('location')).toBe(`${HERE}/keys?done=ended`);
    expect((await anyone.get(`/embed/${KEY}.json`)).status).toBe(404);
    const after = await page(await olga.get(`${HERE}/keys`));
    expect(after.text).toContain(
      'One key works: the one below. One page still carries an older one.',
    );
    expect(after.text).toContain('It works no more');
    expect(after.text).not.toContain('End it now');
    expect((await olga.post(`${HERE}/end-key`, { key: KEY })).status).toBe(409);
  });

  it('that end are told to every owner by mail a week before, once, and to nobody else', async () => {
    const { anyone, olga } = await owner();
    await enterPortal(anyone, { email: 'second@harbor.example' });
    await enterPortal(anyone, { email: 'vera@harbor.example', role: 'viewer' });
    await plantProvider({ key: 'pk_elm' });
    await enterPortal(anyone, { email: 'elm@elm.example', provider: 2 });
    await olga.post(`${HERE}/rotate`, { overlap: '30' });
    const told = async (days: number) => {
      await anyone.pass(days * DAY);
      await anyone.work();
      return (await anyone.mails()).map(({ to, kind }) => `${kind} to ${to}`).sort();
    };
    expect(await told(22)).toEqual([]);
    const both = ['key-ending to olga@harbor.example', 'key-ending to second@harbor.example'];
    expect(await told(1.1)).toEqual(both);
    expect(await told(3)).toEqual(both);
    expect(await told(10)).toEqual(both);
    const [mail] = await anyone.mails('olga@harbor.example');
    expect(mail?.text).toContain('/portal/pk-harbor/keys');
  });

  it('that end sooner by the owner’s own choice, or were ended, cause no mail', async () => {
    const { anyone, olga } = await owner();
    await olga.post(`${HERE}/rotate`, { overlap: '7' });
    await olga.post(`${HERE}/rotate`, { overlap: '30' });
    const second = (await pick(retiredKeys, ['key', 'worksUntil'])).find(({ key }) => key !== KEY);
    await olga.post(`${HERE}/end-key`, { key: second?.key ?? '' });
    for (let day = 0; day < 31; day += 1) {
      await anyone.pass(DAY);
      await anyone.work();
    }
    expect(await anyone.mails()).toEqual([]);
  });

  it('are replaced for no other time than one of those', async () => {
    const { olga } = await owner();
    for (const overlap of ['', '8', '-1', '1e9']) {
      expect((await olga.post(`${HERE}/rotate`, { overlap })).status).toBe(422);
    }
    expect(await count(retiredKeys)).toBe(0);
  });
});

describe('sites', () => {
  it('are added and taken out, and every owner is told by mail once', async () => {
    const { anyone, olga } = await owner();
    await olga.post(`${HERE}/sites/add`, { site: ' https://courses.harbor.example/spring?x=1 ' });
    expect(JSON.parse((await value(providers, 'origins')) as string)).toEqual([
      ORIGIN,
      'https://courses.harbor.example',
    ]);
    await olga.post(`${HERE}/sites/remove`, { site: ORIGIN });
    const { text } = await page(await olga.get(`${HERE}/sites`));
    expect(text).not.toContain('https://harbor.example ');
    await anyone.work();
    const told = await anyone.mails('olga@harbor.example');
    expect(told).toHaveLength(2);
    expect(told[0]?.text).toContain(`/portal/pk-harbor/sites`);
    // What is there already, or is not, changes nothing and tells nobody.
    const again = { site: 'https://courses.harbor.example' };
    expect((await olga.post(`${HERE}/sites/add`, again)).headers.get('location')).toContain('same');
    await olga.post(`${HERE}/sites/remove`, { site: ORIGIN });
    expect((await pick(acts, ['verb'])).length).toBe(2);
  });

  it.each([
    '',
    'ftp://harbor.example',
    'user@harbor.example',
    'https://a b.example',
    'https://*.example',
    'http://localhost:8787',
  ])('%j is refused with what was typed', async (site) => {
    const { olga } = await owner();
    const answer = await olga.post(`${HERE}/sites/add`, { site });
    expect(answer.status).toBe(422);
    const { all } = await see(answer);
    expect(all('input').find(({ name, type }) => name === 'site' && type === 'text')).toMatchObject(
      {
        value: site,
        'aria-invalid': 'true',
      },
    );
    expect(JSON.parse((await value(providers, 'origins')) as string)).toEqual([ORIGIN]);
  });

  it('are ten at most', async () => {
    const { olga } = await owner();
    const origins = Array.from({ length: 10 }, (_, n) => `https://site-${n}.example`);
    await change(providers, { origins: JSON.stringify(origins) });
    const answer = await olga.post(`${HERE}/sites/add`, { site: ORIGIN });
    expect((await see(answer)).text).toContain('There is room for 10 sites');
  });
});

describe('a viewer', () => {
  it('sees each page and none of its buttons', async () => {
    const { vera } = await viewer();
    await put(sightings, { ...SEEN, page: `${ORIGIN}/courses` });
    await put(retiredKeys, { key: 'pk_old', providerId: 1, retiredAt: 0, worksUntil: 9e9 });
    for (const path of ['/form', '/installed', '/looks', '/keys', '/sites']) {
      const { all } = await page(await vera.get(HERE + path));
      const buttons = all('button').filter(
        ({ type, value: pressed }) => type === 'submit' && pressed === 'yes',
      );
      // Leaving is theirs.
      expect([path, buttons.length]).toEqual([path, 1]);
    }
  });

  it('changes nothing', async () => {
    const { anyone, vera } = await viewer();
    for (const [path, fields] of [
      ['/installed', { page: ORIGIN }],
      ['/forget', { page: ORIGIN }],
      ['/looks', { name: 'Mine', theme: 'dark' }],
      ['/logo/remove', {}],
      ['/rotate', { overlap: '0' }],
      ['/end-key', { key: KEY }],
      ['/sites/add', { site: 'https://evil.example' }],
      ['/sites/remove', { site: ORIGIN }],
    ] as const) {
      expect([path, (await vera.post(HERE + path, fields)).status]).toEqual([path, 404]);
    }
    expect((await upload(anyone, vera, pictureNamed('png'))).status).toBe(404);
    expect(await count(acts)).toBe(0);
  });
});
