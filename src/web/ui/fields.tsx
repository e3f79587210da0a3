import type { Child } from 'hono/jsx';

/** What the parts of a form say about themselves. */
interface FieldProps {
  name: string;
  /** Where a page has several fields of that name. */
  id?: string | undefined;
  label: string;
  hint?: Child;
  error?: string | undefined;
  optional?: boolean | undefined;
}

/** The ids of hint and error, as `aria-describedby` wants them. */
function describedBy({ name, id = name, hint, error }: FieldProps): string | undefined {
  const ids = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean);
  return ids.length > 0 ? ids.join(' ') : undefined;
}

/** Label, hint and error around a control; the error stands between label and control. */
function Field(props: FieldProps & { children: Child }) {
  const { id = props.name } = props;
  return (
    <div class={props.error ? 'field field-wrong' : 'field'}>
      <label for={id}>
        {props.label}
        {props.optional && <span class="field-optional"> (optional)</span>}
      </label>
      {props.hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {props.error && (
        <p class="field-error" id={`${id}-error`}>
          <span class="unseen">Error: </span>
          {props.error}
        </p>
      )}
      {props.children}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  type?: 'text' | 'email' | 'time' | 'date';
  value: string;
  required?: boolean;
  autocomplete?: 'email' | 'given-name' | 'one-time-code' | 'off';
  inputmode?: 'email' | 'text' | 'numeric';
  maxlength?: number;
  /** "YYYY-MM-DD", for `type="date"`. */
  min?: string;
  max?: string;
  placeholder?: string;
}

/** A field with an error takes the focus, so that the reader arrives at it after a failed submit. */
export function TextField(props: TextFieldProps) {
  const { name, id = name, label, hint, error, optional, ...input } = props;
  const field = { name, id, label, hint, error, optional };
  const isEmail = input.type === 'email';
  return (
    <Field {...field}>
      <input
        {...input}
        id={id}
        name={name}
        type={input.type ?? 'text'}
        aria-describedby={describedBy(field)}
        aria-invalid={error ? 'true' : undefined}
        autofocus={error ? true : undefined}
        autocapitalize={isEmail ? 'none' : undefined}
        spellcheck={isEmail ? false : undefined}
      />
    </Field>
  );
}

interface TextAreaProps extends FieldProps {
  value: string;
  rows: number;
  maxlength: number;
}

/** Some lines of text. */
export function TextArea({ value, rows, maxlength, ...field }: TextAreaProps) {
  return (
    <Field {...field}>
      <textarea
        id={field.id ?? field.name}
        name={field.name}
        rows={rows}
        maxlength={maxlength}
        aria-describedby={describedBy(field)}
        aria-invalid={field.error ? 'true' : undefined}
        autofocus={field.error ? true : undefined}
      >
        {/* A browser drops the first line break of a textarea. */}
        {`\n${value}`}
      </textarea>
    </Field>
  );
}

interface SelectFieldProps extends FieldProps {
  required?: boolean;
  /** Marks the select for `zone.js`. */
  zone?: 'known' | 'unknown' | 'refused' | undefined;
  children: Child;
}

/** The options are the children. */
export function SelectField({ required, zone, children, ...field }: SelectFieldProps) {
  return (
    <Field {...field}>
      <div class="select">
        <select
          id={field.id ?? field.name}
          name={field.name}
          required={required}
          aria-describedby={describedBy(field)}
          aria-invalid={field.error ? 'true' : undefined}
          autofocus={field.error ? true : undefined}
          data-zone={zone}
        >
          {children}
        </select>
      </div>
    </Field>
  );
}

interface ChoiceFieldProps extends FieldProps {
  /** Undefined where nothing is chosen yet. */
  value: string | undefined;
  choices: { value: string; label: string; hint: string }[];
}

/** One of a few, of which none is chosen for the reader. */
export function ChoiceField(props: ChoiceFieldProps) {
  const { name, label, hint, error, value, choices } = props;
  return (
    <fieldset
      class={error ? 'field choices field-wrong' : 'field choices'}
      aria-describedby={describedBy(props)}
    >
      <legend>{label}</legend>
      {hint && (
        <p class="field-hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${name}-error`}>
          <span class="unseen">Error: </span>
          {error}
        </p>
      )}
      {choices.map((choice, index) => (
        <div class="choice" key={choice.value}>
          <input
            type="radio"
            id={`${name}-${index}`}
            name={name}
            value={choice.value}
            required
            checked={choice.value === value}
            autofocus={error && index === 0 ? true : undefined}
            aria-describedby={`${name}-${index}-hint`}
          />
          <label for={`${name}-${index}`}>{choice.label}</label>
          <p class="field-hint" id={`${name}-${index}-hint`}>
            {choice.hint}
          </p>
        </div>
      ))}
    </fieldset>
  );
}

interface ButtonProps {
  name?: string;
  value?: string;
  quiet?: boolean;
  grave?: boolean;
  children: Child;
}

/** A submit button. `quiet` is the outlined one, `grave` the one that ends something for good. */
export function Button({ quiet, grave, children, ...rest }: ButtonProps) {
  const look = grave ? ' button-grave' : quiet ? ' button-quiet' : '';
  return (
    <button type="submit" class={`button${look}`} {...rest}>
      {children}
    </button>
  );
}

/** A link that leads on, drawn as a button. */
export function ButtonLink(props: {
  href: string;
  quiet?: boolean;
  newTab?: boolean;
  /** Leaves the frame that it stands in. */
  outOfFrame?: boolean;
  children: Child;
}) {
  return (
    <a
      class={props.quiet ? 'button button-quiet' : 'button'}
      href={props.href}
      {...(props.newTab ? { target: '_blank', rel: 'noopener' } : {})}
      {...(props.outOfFrame ? { target: '_top' } : {})}
    >
      {props.children}
      {props.newTab && <span class="unseen"> (opens a new tab)</span>}
    </a>
  );
}

/** Something to be told before the rest. `success` is announced to screen readers. */
export function Notice(props: { tone?: 'plain' | 'success'; children: Child }) {
  const tone = props.tone ?? 'plain';
  return (
    <div class={`notice notice-${tone}`} role={tone === 'success' ? 'status' : undefined}>
      {props.children}
    </div>
  );
}

/** What is wrong with a form as a whole. It takes the focus, as there is no field to take it. */
export function FormError({ message }: { message: string }) {
  return (
    <div class="notice notice-error" role="alert" tabindex={-1} autofocus>
      <p>
        <span class="unseen">Error: </span>
        {message}
      </p>
    </div>
  );
}

/**
 * A field that people never see and programs fill in. Browsers leave alone what is not drawn; the
 * attributes are what 1Password, Bitwarden, LastPass and Dashlane obey.
 */
export function Honeypot() {
  return (
    <div class="trap" aria-hidden="true">
      <label for="website">Leave this field empty</label>
      <input
        id="website"
        name="website"
        type="text"
        tabindex={-1}
        autocomplete="off"
        data-1p-ignore
        data-bwignore
        data-lpignore="true"
        data-form-type="other"
      />
    </div>
  );
}
