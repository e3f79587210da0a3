// The local mailbox: buttons that move course time forward, in place of the command shown.
(() => {
  const box = document.querySelector('[data-clock]');
  if (!box) return;
  const status = document.createElement('p');
  status.setAttribute('role', 'status');
  const label = document.createElement('p');
  label.id = 'clock-forward';
  label.textContent = 'Move it forward, and send what falls due on the way:';
  const row = document.createElement('div');
  row.className = 'actions';
  row.setAttribute('role', 'group');
  row.setAttribute('aria-labelledby', label.id);

  const advance = async (duration) => {
    for (const button of row.children) button.disabled = true;
    status.textContent = 'Moving the clock …';
    try {
      const response = await fetch('/clock', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advance: duration }),
      });
      if (!response.ok) throw new Error(`The clock answered ${response.status}.`);
      location.assign('/mailbox');
    } catch (error) {
      status.textContent = error.message;
      for (const button of row.children) button.disabled = false;
    }
  };

  const steps = [
    ['An hour', 'PT1H'],
    ['A day', 'P1D'],
    ['A week', 'P7D'],
    ['Eight weeks', 'P56D'],
  ];
  for (const [label, duration] of steps) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button button-quiet';
    button.textContent = label;
    button.addEventListener('click', () => advance(duration));
    row.append(button);
  }
  box.replaceChildren(label, row, status);
})();
