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
  if (!select) return;
  // Where a browser does not know, it names an offset, which is no zone, or says so.
  const here = zoneHere() ?? '';
  const local = /^[A-Z]/.test(here) && here !== 'Etc/Unknown' ? here : '';
  const status = document.querySelector('#time_zone-now');

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
  // A zone that the server has just refused is not offered again.
  const offered = () =>
    select.dataset.zone === 'refused'
      ? undefined
      : select.appendChild(new Option(local.replaceAll('_', ' '), local));
  const mine = local ? (find() ?? offered()) : undefined;

  const say = () => {
    if (!status) return;
    status.textContent = '';
    if (!select.value) return;
    try {
      const now = new Intl.DateTimeFormat([], {
        timeZone: select.value,
        weekday: 'long',
        hour: 'numeric',
        minute: '2-digit',
      }).format(new Date());
      status.append(`It is ${now} there now.`);
    } catch {
      return;
    }
    if (mine && select.value !== mine.value) {
      const use = document.createElement('button');
      use.type = 'button';
      use.className = 'text-button';
      use.textContent = `Use ${mine.textContent.trim()}, as set on this device`;
      use.addEventListener('click', () => {
        select.value = mine.value;
        say();
        select.focus();
      });
      status.append(' ', use);
    }
  };

  if (mine && select.dataset.zone === 'unknown') {
    select.value = mine.value;
    const hint = document.querySelector('#time_zone-hint');
    if (hint) hint.textContent = 'As set on this device. Change it if you live by another clock.';
  }
  select.addEventListener('change', say);
  say();
})();
