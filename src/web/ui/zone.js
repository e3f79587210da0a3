// Time zone: fills the hidden field of the signup form and helps with the select of the confirm
// page. Everything works without it; a zone that a person chose is left alone.
(() => {
  const zoneHere = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

  for (const input of document.querySelectorAll('input[name="time_zone"]')) {
    // Not before it is needed: the first look at a zone costs a phone a third of a second.
    input.form.addEventListener('submit', () => {
      if (!input.value) input.value = zoneHere() ?? '';
    });
  }

  const select = document.querySelector('select[data-zone]');
  const local = select && zoneHere();
  if (!local) return;
  const hint = document.querySelector('#time_zone-now');

  // Browsers and servers use different names for some zones (Asia/Kolkata, Asia/Calcutta).
  const resolved = (zone) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    } catch {
      return zone;
    }
  };
  const find = () => {
    const options = [...select.options].filter((option) => option.value);
    const exact = options.find((option) => option.value === local);
    if (exact) return exact;
    const wanted = resolved(local);
    return options.find((option) => resolved(option.value) === wanted);
  };
  const mine = find() ?? select.appendChild(new Option(local.replaceAll('_', ' '), local));

  const say = () => {
    if (!hint) return;
    hint.textContent = '';
    if (!select.value) return;
    try {
      const now = new Intl.DateTimeFormat([], {
        timeZone: select.value,
        weekday: 'long',
        hour: 'numeric',
        minute: '2-digit',
      }).format(new Date());
      hint.append(`It is ${now} there now.`);
    } catch {
      return;
    }
    if (select.value !== mine.value) {
      const use = document.createElement('button');
      use.type = 'button';
      use.className = 'text-button';
      use.textContent = `Use ${mine.textContent.trim()}, as set on this device`;
      use.addEventListener('click', () => {
        select.value = mine.value;
        say();
        select.focus();
      });
      hint.append(' ', use);
    }
  };

  if (select.dataset.zone === 'unknown') select.value = mine.value;
  select.addEventListener('change', say);
  say();
})();
