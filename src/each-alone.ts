/**
 * Does something for each item in turn; one that fails holds up none that follow.
 *
 * @throws the first error, once all have had their turn
 */
export async function eachAlone<Item>(
  items: Item[],
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
