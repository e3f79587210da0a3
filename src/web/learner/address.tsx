import { Hono } from 'hono';
import { askForAddress } from '../../subscriber/ask-for-link.ts';
import { changeAddress, readAddressLink } from '../../subscriber/change-address.ts';
import { statusOf } from '../errors.ts';
import type { App } from '../middleware/context.ts';
import { readFields, smallBody } from '../middleware/form.ts';
import { Button, TextField } from '../ui/fields.tsx';
import { NotePage, WayOn } from '../ui/page.tsx';
import { saidOf } from './asked.ts';
import { control } from './control.ts';
import { Fold } from './fold.tsx';
import type { LearnerModel } from './model.ts';
import { again, ended, GoForm } from './single.tsx';

/** Asks for the mailed link that puts a new address in place. */
export const address = control({
  name: 'email',
  fields: { email: 'private' },
  says: {
    'mailed-address':
      'If mail may go there, a link is on its way to the new address. It works for 15 minutes. At most one a day goes to an address that is not known to be yours, so look there for an earlier one, too.',
  },
  press: async ({ ctx, token, device, fields }) =>
    saidOf(await askForAddress(ctx, token, device, fields.email ?? ''), 'mailed-address'),
});

export function AddressForm({ model }: { model: LearnerModel }) {
  const wrong = model.wrong?.field === 'email' ? model.wrong : undefined;
  return (
    <Fold open={wrong !== undefined} label="Change my address">
      <form class="form" method="post" action={`/learn/${model.token}/email`}>
        <TextField
          name="email"
          label="New email address"
          type="email"
          hint="A link goes there. Once it is pressed, the lessons come to the new address, and the earlier one is told and can undo it for seven days."
          value={wrong?.typed ?? ''}
          error={wrong?.message}
          autocomplete="email"
          inputmode="email"
          maxlength={254}
          required
        />
        <Button name="go" value="yes">
          Mail the link
        </Button>
      </form>
    </Fold>
  );
}

/** Behind the mailed link. */
export const addressRoutes = new Hono<App>()
  .get('/address/:token', async (c) => {
    const token = c.req.param('token');
    const link = await readAddressLink(c.var.ctx, token);
    if (link.kind === 'ready') return c.html(<AddressPage token={token} {...link} />);
    if (link.kind === 'done') return c.html(<AddressDonePage undo={link.undo} />);
    return ended(c, link.kind);
  })
  .post('/address/:token', smallBody, async (c) => {
    const token = c.req.param('token');
    if ((await readFields(c)).go !== 'yes') return again(c, 'address', token);
    const link = await changeAddress(c.var.ctx, token);
    if (link.kind === 'done') return c.html(<AddressDonePage undo={link.undo} />);
    if (link.kind === 'taken') return c.html(<AddressTakenPage />, statusOf('not-possible'));
    if (link.kind === 'ready') return c.html(<AddressPage token={token} {...link} />);
    return ended(c, link.kind);
  });

function AddressPage(props: { token: string; undo: boolean; email: string }) {
  const { token, undo, email } = props;
  return (
    <NotePage
      title={undo ? 'Keep this address' : 'Confirm your new address'}
      heading={undo ? 'Shall the lessons come here again?' : 'Shall the lessons come here?'}
      room="lit"
      robots="noindex"
    >
      <p class="lead">
        {undo
          ? `Press the button, and the lessons come to ${email} again. Links that were mailed to the other address stop working, and you get a new one.`
          : `Press the button, and the lessons come to ${email} from now on. Links in earlier mails stop working, and a new one is mailed to you here.`}
      </p>
      <GoForm
        action={`/address/${token}`}
        label={undo ? 'Keep this address' : 'Confirm this address'}
      />
      <p>
        {undo
          ? 'If you changed the address yourself, close this page.'
          : 'The earlier address is told, and can undo this for seven days. Until then your log, the export and erasure stay closed.'}
      </p>
    </NotePage>
  );
}

function AddressDonePage({ undo }: { undo: boolean }) {
  return (
    <NotePage
      title={undo ? 'Your address stays' : 'Your address is changed'}
      room="lit"
      robots="noindex"
    >
      <p class="lead">
        The lessons come here from now on. A mail with the new link to your course page is on its
        way.
      </p>
      <p>
        {undo
          ? 'The other address gets nothing more, and its links have stopped working.'
          : 'One that was already on its way may still reach the earlier address.'}
      </p>
      <WayOn to="front page" />
    </NotePage>
  );
}

function AddressTakenPage() {
  return (
    <NotePage title="This address is in use" room="dark" robots="noindex">
      <p class="lead">
        Somebody takes the course at this address already, or no mail may go to it. Nothing has been
        changed.
      </p>
      <p>
        If that is you, too, unsubscribe there and have that record erased. Then ask for a new link
        on your course page.
      </p>
      <WayOn to="own page" />
    </NotePage>
  );
}
