import { describe, expect, it } from 'vitest';
import { readRecords, recordsAmiss } from '../../src/delivery/read-records.ts';
import { overHttps, type RecordType } from '../../src/dns.ts';
import { testContext } from '../support/course.ts';

const KEY = `p=${'MIGfMA0GCSqGSIb3'.repeat(8)}`;
const GOOD: Record<string, string[]> = {
  'TXT resend._domainkey.mail.harbor.example': [KEY],
  'TXT send.mail.harbor.example': ['v=spf1 include:amazonses.com ~all'],
  'MX send.mail.harbor.example': ['10 feedback-smtp.eu-west-1.amazonses.com.'],
  'TXT _dmarc.harbor.example': ['v=DMARC1; p=none; rua=mailto:dmarc@harbor.example'],
};

function withDomain(records: Record<string, string[] | null> = GOOD) {
  const asked: string[] = [];
  const resend = { apiKey: 're_x', baseUrl: 'http://127.0.0.1:1' };
  const ctx = testContext({
    settings: { mailFrom: 'In the Room <course@mail.harbor.example>', resend: resend as never },
  });
  const lookUp = async (name: string, type: RecordType) => {
    asked.push(`${type} ${name}`);
    const found = records[`${type} ${name}`];
    return found === undefined ? [] : found;
  };
  const states = async () =>
    Object.fromEntries(
      ((await readRecords(ctx, lookUp))?.records ?? []).map(({ what, state }) => [what, state]),
    );
  return { ctx, asked, states };
}

describe('what mailboxes see of the domain', () => {
  it('is well where Resend’s records and DMARC stand, at the domain or one above it', async () => {
    const { asked, states } = withDomain();
    expect(await states()).toEqual({
      DKIM: 'well',
      SPF: 'well',
      'Return path': 'well',
      DMARC: 'well',
    });
    expect(asked).toContain('TXT _dmarc.mail.harbor.example');
  });

  it('is kept for ten minutes, and then asked for again', async () => {
    const { ctx, asked, states } = withDomain();
    await states();
    const once = asked.length;
    ctx.clock.pass(599);
    await states();
    expect(asked).toHaveLength(once);
    ctx.clock.pass(2);
    await states();
    expect(asked).toHaveLength(2 * once);
  });

  it('says which record is missing or another than it should be', async () => {
    const { ctx, asked, states } = withDomain({
      'TXT resend._domainkey.mail.harbor.example': ['p='],
      'TXT send.mail.harbor.example': ['v=spf1 include:other.example ~all'],
      'MX send.mail.harbor.example': [],
      'TXT _dmarc.mail.harbor.example': ['v=DMARC1'],
    });
    expect(await recordsAmiss(ctx)).toEqual([]);
    expect(await states()).toEqual({
      DKIM: 'wrong',
      SPF: 'wrong',
      'Return path': 'missing',
      DMARC: 'wrong',
    });
    // The first page tells of the last look, and asks nobody anew.
    const once = asked.length;
    expect(await recordsAmiss(ctx)).toEqual(['DKIM', 'SPF', 'Return path', 'DMARC']);
    expect(asked).toHaveLength(once);
  });

  it('takes silence for no answer, neither for a fault nor for well, and keeps nothing of it', async () => {
    const silent = Object.fromEntries(Object.keys(GOOD).map((name) => [name, null]));
    const { asked, states } = withDomain(silent);
    expect(Object.values(await states())).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    const once = asked.length;
    await states();
    expect(asked).toHaveLength(2 * once);
  });

  it('is not asked for where no mail leaves the machine', async () => {
    const ctx = testContext();
    expect(await readRecords(ctx, () => Promise.reject(new Error('asked')))).toBeNull();
  });
});

describe('a look over HTTPS', () => {
  const answering = (body: unknown, status = 200) =>
    overHttps(async () => Response.json(body, { status }));

  it('joins a text that came in several strings, and takes only the type that was asked for', async () => {
    const lookUp = answering({
      Status: 0,
      Answer: [
        { type: 5, data: 'elsewhere.example.' },
        { type: 16, data: '"v=DKIM1; p=abc" "def"' },
      ],
    });
    expect(await lookUp('a.example', 'TXT')).toEqual(['v=DKIM1; p=abcdef']);
  });

  it('tells a name that is not there from nobody who answers', async () => {
    expect(await answering({ Status: 3 })('a.example', 'TXT')).toEqual([]);
    expect(await answering({ Status: 2 })('a.example', 'TXT')).toBeNull();
    expect(await answering({}, 500)('a.example', 'TXT')).toBeNull();
    const broken = overHttps(() => Promise.reject(new Error('no network')));
    expect(await broken('a.example', 'TXT')).toBeNull();
  });
});
