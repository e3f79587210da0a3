// The hour: says when the second lesson comes, as it is chosen. Without this script the page says it for
// the hour that it suggests, and the learner's page afterwards.
(() => {
  const form = document.querySelector('[data-second]');
  const status = document.querySelector('#second');
  if (!form || !status) return;
  let waiting;
  let asked = 0;

  const ask = async () => {
    const turn = ++asked;
    const query = new URLSearchParams();
    for (const name of ['weekday', 'time', 'time_zone']) query.set(name, form.elements[name].value);
    let said = '';
    try {
      // Nothing is asked of an hour that is not chosen yet.
      if ([...query.values()].every((value) => value !== '')) {
        const headers = { accept: 'application/json' };
        const response = await fetch(`${form.dataset.second}?${query}`, { headers });
        if (response.ok) said = `Lesson 2 comes on ${(await response.json()).when}.`;
      }
    } catch {
      // Offline: nothing is said rather than what does not hold.
    }
    if (turn === asked && status.textContent !== said) status.textContent = said;
  };

  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 250);
  });
  // The zone may have been put in by the browser's own; other scripts have run by now.
  ask();
})();
