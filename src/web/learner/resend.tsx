import { lessonNumber, RESEND_CAP } from '../../enrollment/enrollment.ts';
import { resendToLearner } from '../../enrollment/resend-lesson.ts';
import { control } from './control.ts';

export const resend = control({
  name: 'resend',
  says: {
    resent: (_, { lesson }) => `Lesson ${lesson} is on its way to you once more.`,
    'resent-capped': `Up to ${RESEND_CAP.day} lessons a day can be sent again. This one stays here to read, and may be asked for tomorrow.`,
    'resent-not': 'This lesson was not sent again, because no mail may go to your address now.',
  },
  press: async ({ ctx, token, fields }) => {
    const lesson = lessonNumber(fields.lesson);
    const resent = await resendToLearner(ctx, token, lesson);
    switch (resent.kind) {
      case 'bad-link':
      case 'unknown':
        return 'bad-link';
      case 'owed':
      case 'already-owed':
        return { say: 'resent', of: lesson };
      case 'capped':
        return 'resent-capped';
      case 'refused':
        return resent.why === 'not-sent' ? 'not-sent' : 'resent-not';
    }
  },
});

export function ResendForm({ token, week }: { token: string; week: number }) {
  return (
    <form method="post" action={`/learn/${token}/resend`}>
      <p>Is the mail gone?</p>
      <input type="hidden" name="lesson" value={String(week)} />
      <button class="text-button" type="submit" name="go" value="yes">
        Send me this lesson again
      </button>
    </form>
  );
}
