import { describe, expect, it } from 'vitest';
import { enrollments, providers, signups, subscribers } from '../../src/db/schema.ts';
import { snippetsFor } from '../../src/web/embed/snippets.ts';
import { change, count, pick, put, value } from '../support/rows.ts';
import { DAY, newAddress, see, type Visitor, visitor } from '../support/visitor.ts';

const FORM = 'application/x-www-form-urlencoded';
const MEGABYTE = 1024 * 1024;

/** The error of a JSON answer. */
async function errorOf(response: Response): Promise<Record<string, string>> {
  const { error } = (await response.json()) as { error: Record<string, string> };
  return error;
}

describe('what a program sends', () => {
  it.each([
    ['application/json', JSON.stringify({ email: 'ana@example.org' })],
    ['application/json; charset=utf-8', JSON.stringify({ email: 'ana@example.org' })],
    ['Application/JSON', JSON.stringify({ email: 'ana@example.org' })],
    [FORM, 'email=ana%40example.org'],
    [`${FORM};charset=UTF-8`, 'email=ana%40example.org'],
    ['APPLICATION/x-www-form-urlencoded', 'email=ana@example.org'],
    [
      'multipart/form-data; boundary=xyz',
      '--xyz\r\nContent-Disposition: form-data; name="email"\r\n\r\nana@example.org\r\n--xyz--\r\n',
    ],
    [
      'Multipart/Form-Data; boundary="xyz"',
      '--xyz\r\nContent-Disposition: form-data; name="email"\r\n\r\nana@example.org\r\n--xyz--\r\n',
    ],
  ])('is taken as %s', async (type, body) => {
    const response = await visitor().postRaw('/signup', body, type);
    expect(response.status).toBe(303);
    expect(await pick(subscribers, ['email'])).toEqual([{ email: 'ana@example.org' }]);
  });

  it.each([
    ['text/plain', 'email=ana@example.org'],
    ['application/xml', '<email>ana@example.org</email>'],
    ['application/jsonp', '{"email":"ana@example.org"}'],
    ['application/octet-stream', 'email=ana@example.org'],
    ['', 'email=ana@example.org'],
    ['nonsense', 'email=ana@example.org'],
    [';', 'email=ana@example.org'],
  ])('is refused as %j with 415', async (type, body) => {
    const anyone = visitor();
    const page = await anyone.postRaw('/signup', body, type);
    expect(page.status).toBe(415);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const json = await anyone.postRaw('/signup', body, type, { accept: 'application/json' });
    expect([json.status, (await errorOf(json)).code]).toEqual([415, 'unsupported-content-type']);
    expect(await count(subscribers)).toBe(0);
  });

  it('is refused with 415 where no content type is named', async () => {
    const bytes = new TextEncoder().encode('email=ana@example.org');
    expect((await visitor().postRaw('/signup', bytes)).status).toBe(415);
    expect((await visitor().postRaw('/signup', null)).status).toBe(415);
  });

  it.each([
    'null',
    'true',
    '17',
    '"ana@example.org"',
    '[]',
    '[{"email":"ana@example.org"}]',
    '{}',
    '{"email":null}',
    '{"email":17}',
    '{"email":true}',
    '{"email":["ana@example.org"]}',
    '{"email":{"toString":"ana@example.org"}}',
    '{"__proto__":{"email":"ana@example.org"}}',
    '{"constructor":{"prototype":{"email":"ana@example.org"}}}',
    '',
    ' ',
    '{',
    '{"email":"ana@example.org"',
    "{'email':'ana@example.org'}",
    'email=ana@example.org',
    '\u0000',
    '['.repeat(60_000),
    '{"a":'.repeat(10_000),
  ])('without a readable address is refused with 422, as JSON %.40s', async (body) => {
    const accept = { accept: 'application/json' };
    const response = await visitor().postRaw('/signup', body, 'application/json', accept);
    expect(response.status).toBe(422);
    expect((await errorOf(response)).code).toBe('bad-input');
    expect(await count(subscribers)).toBe(0);
    const page = await visitor().postRaw('/signup', body, 'application/json');
    expect(page.status).toBe(422);
    expect((await see(page)).all('form')).toHaveLength(1);
  });

  it('names the address’s field where what was sent for it is no text', async () => {
    for (const email of [17, true, [], {}, ['ana@example.org']]) {
      const response = await visitor().postJson('/signup', { email });
      expect(await errorOf(response)).toMatchObject({ code: 'bad-input', field: 'email' });
    }
  });

  it.each([
    ['a name that is a number', { first_name: 17 }],
    ['a name that is null', { first_name: null }],
    ['a name that is a list', { first_name: ['Ana'] }],
    ['a name that is an object', { first_name: { given: 'Ana' } }],
    ['a time zone that is an object', { time_zone: {} }],
    ['a redirect that is a list', { redirect: [] }],
    ['fields that nobody asked for', { utm: { source: 'a' }, tags: ['b'], age: 17, ok: true }],
    ['a field named __proto__', JSON.parse('{"__proto__":{"email":"x"},"constructor":{}}')],
    ['fields named like methods', { toString: 'a', hasOwnProperty: 'b', valueOf: 'c' }],
    ['lone surrogates', { first_name: '\ud800', time_zone: '\udfff', redirect: '\udc00' }],
    [
      'a name and a zone far too long',
      { first_name: 'x'.repeat(20_000), time_zone: 'y'.repeat(20_000) },
    ],
    [
      'deep nesting beside it',
      { deep: JSON.parse('[1]'.replace('1', '['.repeat(5_000) + ']'.repeat(5_000))) },
    ],
  ])('with a good address is a signup, also with %s', async (_, others: object) => {
    const response = await visitor().postJson('/signup', { email: 'ana@example.org', ...others });
    expect([response.status, await response.text()]).toEqual([202, '{"status":"check-inbox"}']);
    expect(await count(signups)).toBe(1);
  });

  it('with a provider that is no text is refused like one that nobody knows', async () => {
    for (const provider of [17, true, ['pk_a'], { key: 'pk_a' }]) {
      const response = await visitor().postJson('/signup', { email: newAddress(), provider });
      expect(response.status).toBe(422);
    }
    expect(await count(subscribers)).toBe(0);
  });

  it.each([
    ['a field twice', 'email=first@example.org&email=ana@example.org'],
    ['a list of fields', 'email=ana@example.org&first_name[]=a&first_name[]=b'],
    ['escapes that are none', 'email=ana@example.org&first_name=%zz%&time_zone=%E0%A4'],
    ['bytes that are no UTF-8', 'email=ana@example.org&first_name=%ff%fe%80'],
    ['empty pairs', '&&=&=x&email=ana@example.org&'],
    ['hundreds of fields', `email=ana@example.org&${'a=b&'.repeat(5_000)}`],
  ])('with a good address is a signup, also as a form with %s', async (_, body) => {
    const response = await visitor().postRaw('/signup', body, FORM);
    expect(response.status).toBe(303);
    expect(await pick(subscribers, ['email'])).toEqual([{ email: 'ana@example.org' }]);
  });

  it('may hold a file where nobody asked for one, and the signup is kept', async () => {
    const form = new FormData();
    form.set('email', 'ana@example.org');
    form.set('cv', new File(['%PDF'], 'cv.pdf', { type: 'application/pdf' }));
    form.set('first_name', new File(['Ana'], 'ana.txt'));
    expect((await visitor().postRaw('/signup', form)).status).toBe(303);
    expect(await count(signups)).toBe(1);
  });

  it.each([
    ['without a boundary', 'multipart/form-data', '--x\r\n'],
    [
      'with a body that has another boundary',
      'multipart/form-data; boundary=x',
      '--y\r\n\r\n--y--',
    ],
    [
      'that is cut short',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="em',
    ],
    ['that is empty', 'multipart/form-data; boundary=x', ''],
    [
      'whose part has no name',
      'multipart/form-data; boundary=x',
      '--x\r\n\r\nana@example.org\r\n--x--\r\n',
    ],
    [
      'with a file for an address',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="email"; filename="a"\r\n\r\nana@example.org\r\n--x--\r\n',
    ],
  ])('as a multipart form %s is refused with 422', async (_, type, body) => {
    const response = await visitor().postRaw('/signup', body, type);
    expect(response.status).toBe(422);
    expect(await count(subscribers)).toBe(0);
  });

  it('that is empty asks for the address', async () => {
    for (const body of ['', null]) {
      const response = await visitor().postRaw('/signup', body, FORM, {
        accept: 'application/json',
      });
      expect(response.status).toBe(422);
      expect(await errorOf(response)).toMatchObject({ field: 'email' });
    }
  });
});

describe('a body far beyond what the form takes', () => {
  const big = `email=ana@example.org&first_name=${'x'.repeat(10 * MEGABYTE)}`;

  /** The same bytes, but nobody says how many come. */
  function streamed(text: string): ReadableStream<Uint8Array> {
    const chunk = new TextEncoder().encode(text.slice(0, 256 * 1024));
    let left = text.length;
    return new ReadableStream({
      pull(controller) {
        if (left <= 0) return controller.close();
        controller.enqueue(chunk.subarray(0, Math.min(left, chunk.length)));
        left -= chunk.length;
      },
    });
  }

  it.each([
    ['with its length told', () => big],
    ['with its length not told', () => streamed(big)],
  ])('is refused with 413, %s', async (_, body) => {
    const anyone = visitor();
    const page = await anyone.postRaw('/signup', body(), FORM);
    expect(page.status).toBe(413);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const json = await anyone.postRaw('/signup', body(), FORM, { accept: 'application/json' });
    expect([json.status, (await errorOf(json)).code]).toEqual([413, 'body-too-large']);
    expect(await count(subscribers)).toBe(0);
  });

  it('is refused wherever a form is taken', async () => {
    const anyone = visitor();
    for (const path of ['/confirm/x', '/confirm/x/resend', '/clock']) {
      expect((await anyone.postRaw(path, big, FORM)).status, path).toBe(413);
    }
  });

  it('is taken as a small one is where its length is not told but fits', async () => {
    const response = await visitor().postRaw('/signup', streamed('email=ana@example.org'), FORM);
    expect(response.status).toBe(303);
    expect(await count(signups)).toBe(1);
  });
});

describe('the time zone', () => {
  const zoneOf = () => value(signups, 'timeZone');

  it.each([
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'Asia/Kolkata',
    'EST5EDT',
    'Japan',
    'GMT',
    'UTC',
    'Etc/GMT+5',
  ])('%s is kept as the browser named it', async (time_zone) => {
    await visitor().post('/signup', { email: newAddress(), time_zone });
    expect(await zoneOf()).toBe(time_zone);
  });

  it.each([
    '',
    'Mars/Olympus_Mons',
    '+05:30',
    '+00:00',
    'Etc/Unknown',
    '../../etc/passwd',
    'Europe/Berlin\0',
    'Europe/Berlin; DROP TABLE signups',
    'undefined',
  ])(
    '%j is left out: the signup is kept, and the page starts at none and asks',
    async (time_zone) => {
      const anyone = visitor();
      const response = await anyone.post('/signup', { email: 'ana@example.org', time_zone });
      expect(response.status).toBe(303);
      expect(await zoneOf()).toBeNull();
      await anyone.work();
      const [mail] = await anyone.mails('ana@example.org');
      const path = /\/confirm\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
      const page = await see(await anyone.get(path));
      const chosen = page.all('option').filter((option) => 'selected' in option);
      expect(chosen.map((option) => option.value)).toEqual(['2', '']);
      expect(page.text).toContain('We could not tell where you are.');
    },
  );
});

describe('the field that nobody sees', () => {
  const FILLED = { email: 'ana@example.org', first_name: 'Ana', website: 'https://x.example' };

  it('filled in, by a password manager too, shows the form again, and the next press is taken', async () => {
    const anyone = visitor();
    const again = await anyone.post('/signup', FILLED);
    expect(again.status).toBe(422);
    const page = await see(again);
    expect(page.text).toContain('a field that people do not see');
    const typed = Object.fromEntries(
      page.all('input').map(({ name = '', value: typedValue = '' }) => [name, typedValue]),
    );
    expect(typed).toMatchObject({ email: 'ana@example.org', first_name: 'Ana', website: '' });
    expect(await count(signups)).toBe(0);
    expect(anyone.woken).toEqual([]);
    expect((await anyone.post('/signup', typed)).status).toBe(303);
    expect(await count(signups)).toBe(1);
  });

  it('filled in is told in JSON too, and nothing is stored or mailed', async () => {
    const anyone = visitor();
    const json = await anyone.postJson('/signup', FILLED);
    expect(json.status).toBe(422);
    expect(await json.json()).toMatchObject({ error: { code: 'hidden-field', field: 'form' } });
    expect(await count(signups)).toBe(0);
    expect(anyone.woken).toEqual([]);
  });

  it.each([' ', '\t', '\u00a0', ' \r\n '])(
    'is empty where it holds nothing but space: %j',
    async (website) => {
      const anyone = visitor();
      expect((await anyone.post('/signup', { email: newAddress(), website })).status).toBe(303);
      expect(await count(signups)).toBe(1);
    },
  );

  it('stands in each form where no person meets it, marked for what fills in fields by itself', async () => {
    const provider = { name: 'Harbor', publicKey: 'pk_harbor', origins: [] };
    const plain = snippetsFor('https://course.example.org', provider).form;
    for (const form of [await visitor().get('/'), plain]) {
      const trap = (await see(form)).all('input').find((input) => input.name === 'website');
      expect(trap).toMatchObject({
        tabindex: '-1',
        autocomplete: 'off',
        'data-1p-ignore': expect.any(String),
        'data-bwignore': expect.any(String),
        'data-lpignore': 'true',
        'data-form-type': 'other',
      });
    }
  });
});

describe('a provider’s form', () => {
  async function withProviders(): Promise<Visitor> {
    const anyone = visitor();
    await put(
      providers,
      { id: 1, name: 'Harbor Institute', publicKey: 'pk_harbor', status: 'active', createdAt: 0 },
      { id: 2, name: 'Sleepy Hollow', publicKey: 'pk_sleepy', status: 'paused', createdAt: 0 },
    );
    return anyone;
  }

  it('says whose it is and what they will see, and sends their key along', async () => {
    const anyone = await withProviders();
    const page = await see(await anyone.get('/?provider=pk_harbor'));
    expect(page.text).toContain('Offered through Harbor Institute');
    expect(page.text).toContain('Harbor Institute will see your name, your address');
    const key = page.all('input').find((input) => input.name === 'provider');
    expect(key?.value).toBe('pk_harbor');
  });

  it.each(['pk_sleepy', 'pk_nobody', 'PK_HARBOR', 'pk_harbor ', "' OR 1=1 --", 'x'.repeat(5_000)])(
    'is our own where the key is %.20j',
    async (key) => {
      const anyone = await withProviders();
      const page = await see(await anyone.get(`/?provider=${encodeURIComponent(key)}`));
      expect(page.text).not.toMatch(/Harbor|Sleepy/);
      expect(page.all('input').some((input) => input.name === 'provider')).toBe(false);
    },
  );

  it('stores the provider with the signup, and names it in the mail and on the page behind it', async () => {
    const anyone = await withProviders();
    const email = 'ana@example.org';
    expect((await anyone.post('/signup', { email, provider: 'pk_harbor' })).status).toBe(303);
    expect(await value(signups, 'providerId')).toBe(1);
    await anyone.work();
    const [mail] = await anyone.mails(email);
    expect(mail?.text.replace(/\s+/g, ' ')).toContain('entered this address at Harbor Institute');
    const path = /\/confirm\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    expect((await see(await anyone.get(path))).text).toContain(
      'Harbor Institute will see your name',
    );
  });

  it.each(['pk_sleepy', 'pk_nobody'])(
    'with the key %s, paused or unknown, is refused with 422, and nothing is stored',
    async (provider) => {
      const anyone = await withProviders();
      const fields = { email: 'ana@example.org', first_name: 'Ana', provider };
      const json = await anyone.postJson('/signup', fields);
      expect(json.status).toBe(422);
      expect(await errorOf(json)).toMatchObject({ code: 'unknown-provider', field: 'provider' });
      const page = await anyone.post('/signup', fields);
      expect(page.status).toBe(422);
      const seen = await see(page);
      expect(seen.text).toContain('a provider that we do not know, or that has paused its signups');
      // Sent again, the form is our own: what it says is true then.
      expect(seen.all('input').some((input) => input.name === 'provider')).toBe(false);
      expect(seen.all('input').find((input) => input.name === 'email')?.value).toBe(fields.email);
      expect(await count(subscribers)).toBe(0);
      expect(await count(signups)).toBe(0);
      expect(anyone.woken).toEqual([]);
    },
  );

  it('stays the provider’s after a slip in the address', async () => {
    const anyone = await withProviders();
    const page = await see(await anyone.post('/signup', { email: 'ana@', provider: 'pk_harbor' }));
    expect(page.text).toContain('Harbor Institute');
    expect(page.all('input').find((input) => input.name === 'provider')?.value).toBe('pk_harbor');
  });

  it('that was paused after the signup still lets the learner confirm', async () => {
    const anyone = await withProviders();
    await anyone.post('/signup', { email: 'ana@example.org', provider: 'pk_harbor' });
    await anyone.work();
    await change(providers, { status: 'paused' });
    await anyone.pass(DAY);
    const [mail] = await anyone.mails('ana@example.org');
    const path = /\/confirm\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    const slot = { weekday: '2', time: '07:30', time_zone: 'UTC' };
    expect((await anyone.post(path, { go: 'yes', ...slot })).status).toBe(303);
    expect(await count(enrollments)).toBe(1);
  });
});

describe('the page that showed the form', () => {
  it.each([
    [undefined, '/'],
    ['not an address', '/'],
    ['https://harbor.example/courses?learner=ana@example.org#x', 'https://harbor.example/courses'],
    ['https://user:secret@harbor.example/', 'https://harbor.example/'],
    ['http://localhost:8787/?provider=pk_a#signup', '/'],
    ['http://localhost:8787/confirm/c.local.1.0.2.3.secret', '/confirm'],
    [`https://harbor.example/${'x'.repeat(5_000)}`, 'https://harbor.example/'],
  ])('%.40s is stored as %.40s', async (referer, page) => {
    const headers = referer === undefined ? {} : { referer };
    await visitor().post('/signup', { email: newAddress() }, headers);
    expect(await value(signups, 'page')).toBe(page);
  });
});
