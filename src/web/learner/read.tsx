import { lessonNumber } from '../../enrollment/enrollment.ts';
import { markRead } from '../../enrollment/mark-read.ts';
import { control, type Undo } from './control.ts';
import type { Done } from './done.ts';

const undo =
  (read: 'yes' | 'no') =>
  (_: unknown, { lesson }: Done): Undo | null =>
    lesson === null
      ? null
      : { control: 'read', label: 'Undo', fields: { lesson: String(lesson), read } };

/** The only thing that says that a lesson was read. */
export const read = control({
  name: 'read',
  says: {
    read: { say: (_, { lesson }) => `Lesson ${lesson} is marked as read.`, undo: undo('no') },
    unread: {
      say: (_, { lesson }) => `Lesson ${lesson} is no longer marked as read.`,
      undo: undo('yes'),
    },
  },
  press: async ({ ctx, token, fields }) => {
    const lesson = lessonNumber(fields.lesson);
    const isRead = fields.read !== 'no';
    const { kind } = await markRead(ctx, token, lesson, isRead);
    return kind === 'marked' ? { say: isRead ? 'read' : 'unread', of: lesson } : kind;
  },
});

export function ReadForm(props: { token: string; week: number; isRead: boolean }) {
  const { token, week, isRead } = props;
  return (
    <form method="post" action={`/learn/${token}/read`}>
      <input type="hidden" name="lesson" value={String(week)} />
      <input type="hidden" name="read" value={isRead ? 'no' : 'yes'} />
      <button class="text-button" type="submit" name="go" value="yes">
        {isRead ? 'Take the mark back' : 'Mark as read'}
        <span class="unseen">: lesson {week}</span>
      </button>
    </form>
  );
}
