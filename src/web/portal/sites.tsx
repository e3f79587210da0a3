import type { Context as HonoContext } from 'hono';
import { DomainError } from '../../errors.ts';
import { changeProvider } from '../../provider/change-provider.ts';
import { MAX_ORIGINS, parseOrigin } from '../../provider/provider.ts';
import { typedInto } from '../staff/again.ts';
import { ActForm, Empty, Opening } from '../ui/desk.tsx';
import { TextField } from '../ui/fields.tsx';
import { Table } from '../ui/table.tsx';
import { at, type Portal, portalPage } from './portal.tsx';

type C = HonoContext<Portal>;

const SAID: Record<string, string> = {
  added: 'Added. The form works there within five minutes. Every owner is told by mail.',
  removed: 'Taken out. A form there shows a link to our own page. Every owner is told by mail.',
  same: 'Nothing was different, so nothing has changed.',
};

/** The sites whose pages may carry the form. */
export function sitesPage(c: C) {
  const { member } = c.var;
  const { origins } = member.provider;
  const owner = member.role === 'owner';
  return portalPage(
    c,
    { title: 'Sites', said: SAID },
    <>
      <Opening heading="Sites">
        <p>
          The form works on pages of these sites and on no other; elsewhere it shows a link to our
          own page, where people can sign up all the same.
        </p>
      </Opening>
      {origins.length === 0 ? (
        <Empty heading="No site yet">
          <p>
            Without one, your link on <a href={at(c, '/form')}>Form</a> is all that you need.
          </p>
        </Empty>
      ) : (
        <Table
          caption="Your sites"
          unseen
          columns={[{ label: 'Site', long: true }, ...(owner ? [{ label: 'Change' }] : [])]}
          rows={origins.map((site) => ({
            key: site,
            cells: [
              <bdi key="site">{site}</bdi>,
              ...(owner
                ? [
                    <ActForm
                      key="out"
                      action={at(c, '/sites/remove')}
                      csrf={member.csrf}
                      label="Take it out"
                      quiet
                      grave
                      fields={{ site }}
                    />,
                  ]
                : []),
            ],
          }))}
        />
      )}
      {owner && (
        <section aria-labelledby="add">
          <h2 id="add">Add a site</h2>
          <ActForm action={at(c, '/sites/add')} csrf={member.csrf} label="Add it">
            <TextField
              name="site"
              label="Its address"
              hint="As in the browser’s bar, up to the first single slash. With and without www are two sites."
              {...typedInto(c, at(c, '/sites/add'), 'site')}
              maxlength={270}
              autocomplete="off"
              required
            />
          </ActForm>
        </section>
      )}
    </>,
  );
}

/** The site of whatever was typed: a whole address of a page is one too. */
function siteIn(typed: string, local: boolean): string {
  const text = typed.trim();
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const site = parseOrigin(address, local) ?? parseOrigin(URL.parse(address)?.origin ?? '', local);
  if (site !== null && !/[@\s\\]/.test(text)) return site;
  const message =
    'Give the address of a site that everybody reaches, such as https://harbor.example. It begins with https:// and has a name with a dot.';
  throw new DomainError('bad-input', message, 'site');
}

async function change(c: C, origins: string[]): Promise<void> {
  const { ctx, member, actor } = c.var;
  const { slug } = member.provider;
  await changeProvider(ctx, { slug, changes: { origins }, actor, reason: '' });
}

export async function addSite(c: C) {
  const { ctx, member, fields } = c.var;
  const { origins } = member.provider;
  const site = siteIn(fields.site ?? '', ctx.settings.local);
  if (site === ctx.settings.baseUrl) {
    throw new DomainError('bad-input', 'This is our own site. Name one of yours.', 'site');
  }
  if (origins.includes(site)) return c.redirect(at(c, '/sites?done=same'), 303);
  if (origins.length >= MAX_ORIGINS) {
    const message = `There is room for ${MAX_ORIGINS} sites. Take one out first.`;
    throw new DomainError('bad-input', message, 'site');
  }
  await change(c, [...origins, site]);
  return c.redirect(at(c, '/sites?done=added'), 303);
}

export async function removeSite(c: C) {
  const { member, fields } = c.var;
  const { origins } = member.provider;
  if (!origins.includes(fields.site ?? '')) return c.redirect(at(c, '/sites?done=same'), 303);
  await change(
    c,
    origins.filter((site) => site !== fields.site),
  );
  return c.redirect(at(c, '/sites?done=removed'), 303);
}
