// The address in the signup form: comes along in the fragment of this page's own address where it was to
// be changed, and what looks like a slip of the keyboard is asked about beside the field. It is never
// refused for that, and nobody is asked over the network.
import { meantAddress } from '../../signup/typo.ts';

const field = document.querySelector('input[type="email"][name="email"]');
if (field) {
  const brought = new URLSearchParams(location.hash.slice(1)).get('email');
  if (brought && !field.value) {
    field.value = brought;
    field.focus();
  }

  // Announced when it changes, so it stands there before.
  const asked = document.createElement('p');
  asked.className = 'field-asked';
  asked.setAttribute('role', 'status');
  field.after(asked);
  const ask = () => {
    asked.textContent = '';
    const meant = meantAddress(field.value);
    if (meant === null) return;
    const use = document.createElement('button');
    use.type = 'button';
    use.className = 'text-button';
    use.textContent = meant;
    use.addEventListener('click', () => {
      field.value = meant;
      asked.textContent = '';
      field.focus();
    });
    asked.append('Did you mean ', use, '?');
  };
  // While the hand is still, or on the way to another field: never between pressing a button and letting
  // go, because the question moves what is below it.
  let pause;
  field.addEventListener('input', () => {
    clearTimeout(pause);
    asked.textContent = '';
    pause = setTimeout(ask, 800);
  });
  field.addEventListener('blur', ({ relatedTarget }) => {
    clearTimeout(pause);
    if (relatedTarget?.localName === 'input') ask();
  });
  if (field.value) ask();
}
