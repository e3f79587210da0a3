import { SelectField } from '../ui/fields.tsx';

/** The roles of a room to choose from, each with what it may. */
export function RoleSelect(props: {
  id: string;
  value: string;
  words: Record<string, string>;
  error?: string | undefined;
}) {
  const { id, value, words, error } = props;
  return (
    <SelectField id={id} name="role" label="Role" error={error}>
      {Object.entries(words).map(([role, said]) => (
        <option key={role} value={role} selected={role === value}>
          {said}
        </option>
      ))}
    </SelectField>
  );
}
