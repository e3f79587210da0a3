import type { Context as HonoContext } from 'hono';
import { timeZoneNamed } from '../../course/schedule.ts';
import { DomainError } from '../../errors.ts';
import { changeLogo } from '../../provider/change-logo.ts';
import { type Changes, changeProvider } from '../../provider/change-provider.ts';
import { THEMES, type Theme } from '../../provider/provider.ts';
import { parseAccent, parseLine, parseSite } from '../../provider/typed-looks.ts';
import { parseName } from '../../signup/signup.ts';
import { typedInto } from '../staff/again.ts';
import { ActForm, Opening } from '../ui/desk.tsx';
import { SelectField, TextField } from '../ui/fields.tsx';
import { OfferedThrough } from '../ui/offered.tsx';
import { contrastOf } from './choice.ts';
import looksStyle from './looks.css?url';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const SAID: Record<string, string> = {
  saved: 'Saved. It shows at once on our own pages, and within five minutes in the form on yours.',
  logo: 'Your logo is in place. It shows at once.',
  gone: 'Your logo is taken away. It is kept nowhere.',
};

const THEME_WORDS: Record<Theme, string> = {
  auto: 'As the page around the form is',
  light: 'Light',
  dark: 'Dark',
};

/** How pages of ours, and the form, show this provider. */
export function looksPage(c: C) {
  const { member } = c.var;
  const { provider } = member;
  const owner = member.role === 'owner';
  const looks = (field: string, now: string) => typedInto(c, at(c, '/looks'), field, now);
  const theme = looks('theme', provider.theme);
  return portalPage(
    c,
    { title: 'Looks', said: SAID, styles: [looksStyle] },
    <>
      <Opening heading="Looks">
        <p>
          What your learners see of you: on the page with us, the page about the inbox, where they
          choose their hour, and on their own page.
        </p>
      </Opening>
      <section aria-labelledby="now">
        <h2 id="now">As it is now</h2>
        <div class="looks-now">
          <OfferedThrough {...provider} />
        </div>
        <p>
          <a href={`/?${new URLSearchParams({ provider: provider.publicKey })}`}>
            Your page with us
          </a>
          . No logo and no line of yours stands in the form on your own site, nor in any mail: mails
          name you in words.
        </p>
      </section>
      {owner && (
        <>
          <section aria-labelledby="logo-heading">
            <h2 id="logo-heading">Your logo</h2>
            <ActForm
              action={at(c, '/logo')}
              csrf={member.csrf}
              label="Put it in place"
              enctype="multipart/form-data"
            >
              <FileField error={typedInto(c, at(c, '/logo'), 'logo').error} />
            </ActForm>
            {provider.logo !== null && (
              <ActForm
                action={at(c, '/logo/remove')}
                csrf={member.csrf}
                label="Take it away"
                quiet
                grave
              />
            )}
          </section>
          <section aria-labelledby="rest">
            <h2 id="rest">Name, color and words</h2>
            <ActForm action={at(c, '/looks')} csrf={member.csrf} label="Save">
              <TextField
                name="name"
                label="Name"
                hint="What learners know you by. Whoever runs the course sees the old name beside the new one."
                {...looks('name', provider.name)}
                maxlength={80}
                autocomplete="off"
                required
              />
              <TextField
                name="line"
                label="One line about you"
                optional
                hint="Up to 120 letters, on your page with us. No address and no link."
                {...looks('line', provider.line)}
                maxlength={240}
                autocomplete="off"
              />
              <TextField
                name="site"
                label="Your own site"
                optional
                hint="A link on your page with us, such as https://harbor.example/."
                {...looks('site', provider.site ?? '')}
                maxlength={300}
                autocomplete="off"
              />
              <TextField
                name="accent"
                label="Color of buttons"
                optional
                hint={
                  provider.accent === null
                    ? 'As # and six digits, such as #456148, on your page with us and in a frame. The form in your own page takes that page’s color.'
                    : `${contrastOf(provider.accent)} Where it is hard to see, ours is used.`
                }
                {...looks('accent', provider.accent ?? '')}
                maxlength={20}
                autocomplete="off"
              />
              <SelectField
                name="theme"
                label="Ground of the form"
                hint="Where the form’s own lines say nothing else."
                error={theme.error}
              >
                {THEMES.map((each) => (
                  <option key={each} value={each} selected={each === theme.value}>
                    {THEME_WORDS[each]}
                  </option>
                ))}
              </SelectField>
              <TextField
                name="time_zone"
                label="Time zone where a browser names none"
                optional
                hint="Such as America/Chicago."
                {...looks('time_zone', provider.timeZone ?? '')}
                maxlength={60}
                autocomplete="off"
              />
            </ActForm>
          </section>
        </>
      )}
    </>,
  );
}

function FileField({ error }: { error: string | undefined }) {
  return (
    <div class={error ? 'field field-wrong' : 'field'}>
      <label for="logo">PNG or JPEG</label>
      <p class="field-hint" id="logo-hint">
        60 KB and 1,200 pixels at most. It is shown 48 pixels high, on a light ground. Where and by
        whom it was made is taken out of it.
      </p>
      {error && (
        <p class="field-error" id="logo-error">
          <span class="unseen">Error: </span>
          {error}
        </p>
      )}
      <input
        type="file"
        id="logo"
        name="logo"
        accept="image/png,image/jpeg"
        required
        aria-describedby={error ? 'logo-error logo-hint' : 'logo-hint'}
        aria-invalid={error ? 'true' : undefined}
        autofocus={error ? true : undefined}
      />
    </div>
  );
}

function changesIn(c: C): Changes {
  const { ctx, fields } = c.var;
  const theme = THEMES.find((known) => known === fields.theme);
  if (theme === undefined) throw new DomainError('bad-input', 'Choose one of these.', 'theme');
  const name = parseName(fields.name ?? '');
  if (name === '') throw new DomainError('bad-input', 'Say what learners know you by.', 'name');
  const zone = (fields.time_zone ?? '').trim();
  const timeZone = zone === '' ? null : timeZoneNamed(zone);
  if (zone !== '' && timeZone === null) {
    const message = 'There is no such time zone. Write it as America/Chicago, or leave it empty.';
    throw new DomainError('bad-input', message, 'time_zone');
  }
  return {
    name,
    theme,
    timeZone,
    accent: parseAccent(fields.accent ?? '', theme),
    line: parseLine(fields.line ?? ''),
    site: parseSite(fields.site ?? '', ctx.settings.local),
  };
}

export async function changeLooks(c: C) {
  const { ctx, member, actor } = c.var;
  const { slug, name } = member.provider;
  const changes = changesIn(c);
  // The operator reads it in the log; a reason holds no address.
  const renamed = changes.name !== name && !/@/.test(name + changes.name);
  const reason = renamed ? `name: ${name} → ${changes.name}` : '';
  await changeProvider(ctx, { slug, changes, actor, reason });
  return c.redirect(at(c, '/looks?done=saved'), 303);
}

export async function giveLogo(c: C) {
  const { ctx, member, actor } = c.var;
  const { logo } = await c.req.parseBody();
  const { slug } = member.provider;
  if (!(logo instanceof File) || logo.size === 0) {
    throw new DomainError('bad-input', 'Choose a picture.', 'logo');
  }
  const bytes = new Uint8Array(await logo.arrayBuffer());
  await changeLogo(ctx, { slug, logo: bytes, actor, reason: '' });
  return c.redirect(at(c, '/looks?done=logo'), 303);
}

export async function removeLogo(c: C) {
  const { ctx, member, actor } = c.var;
  await changeLogo(ctx, { slug: member.provider.slug, logo: null, actor, reason: '' });
  return c.redirect(at(c, '/looks?done=gone'), 303);
}
