// The post-test: keeps each answer as it is chosen. What could not be sent stays in this browser until it
// is, under the try's own name; without this script the button saves.
(() => {
  const form = document.querySelector('form[data-test]');

  const store = {
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(key) ?? 'null');
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // Private windows may refuse; the button saves.
      }
    },
    keys(first) {
      try {
        return Object.keys(localStorage).filter((key) => key.startsWith(first));
      } catch {
        return [];
      }
    },
  };

  // What an earlier page of this try could not send goes first, whichever page is open now.
  const waiting = document.querySelector('[data-waiting]')?.dataset.waiting;
  const left = () =>
    waiting === undefined
      ? []
      : store
          .keys(waiting)
          .filter((key) => key !== form?.dataset.test)
          .map((key) => ({ key, draft: store.get(key) }))
          .filter(({ draft }) => draft?.action && draft.fields);

  /** Gives how many were sent; throws where there is no connection. */
  async function sendLeft() {
    const all = left();
    for (const { key, draft } of all) {
      const response = await fetch(draft.action, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams(draft.fields),
      });
      if (response.status >= 500) throw new Error('the server stumbled');
      store.set(key, null);
    }
    return all.length;
  }

  if (left().length > 0) {
    sendLeft().then(
      // A page that counts what is answered counts anew.
      () => form || location.reload(),
      () => {},
    );
  }

  const handIn = document.querySelector('form[data-hand-in]');
  handIn?.addEventListener('submit', async (event) => {
    if (left().length === 0) return;
    event.preventDefault();
    const status = handIn.querySelector('[role=status]');
    status.textContent = 'Sending what was not saved yet.';
    try {
      await sendLeft();
      handIn.requestSubmit(event.submitter);
    } catch {
      status.textContent =
        'Not handed in: no connection. Your answers are kept in this browser. Please try again when it is back.';
    }
  });

  if (!form) return;
  const status = form.querySelector('[role=status]');
  const key = form.dataset.test;
  // Answers that the server has not confirmed, by field.
  let unsaved = {};
  let saving = false;
  let wait = 0;
  let timer;

  const say = (words) => {
    if (status.textContent !== words) status.textContent = words;
  };
  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };
  const keep = () => {
    const fields = { try: form.elements.try.value, ...unsaved };
    const any = Object.keys(unsaved).length > 0;
    store.set(key, any ? { at: Date.now(), action: form.action, fields } : null);
  };

  async function save() {
    clearTimeout(timer);
    const sent = { ...unsaved };
    if (saving || Object.keys(sent).length === 0) return;
    saving = true;
    try {
      const response = await fetch(form.action, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams({ try: form.elements.try.value, ...sent }),
        keepalive: true,
      });
      const answer = await response.json();
      if (response.status >= 500) throw new Error('the server stumbled');
      wait = 0;
      for (const [name, value] of Object.entries(sent)) {
        if (unsaved[name] === value) delete unsaved[name];
      }
      if (!response.ok) unsaved = {};
      keep();
      if (response.ok) say(Object.keys(unsaved).length > 0 ? 'Not saved yet.' : 'Saved.');
      else say(`Not saved. ${answer.error.message}`);
      if (Object.keys(unsaved).length > 0) later(0);
    } catch {
      wait = Math.min(wait * 2 || 4000, 60000);
      say('Not saved yet: no connection. Your answers are kept in this browser.');
      later(wait);
    } finally {
      saving = false;
    }
  }

  // How many of this part are answered, where the ways to the parts say it.
  const here = document.querySelector('.parts [aria-current]');
  const countAnswered = () => {
    const items = [...form.querySelectorAll('fieldset')];
    const done = items.filter((item) => item.querySelector('input:checked')).length;
    if (!here) return;
    here.querySelector('small').textContent = `${done}/${items.length}`;
    here.classList.toggle('part-full', done === items.length);
  };

  form.addEventListener('change', ({ target }) => {
    countAnswered();
    unsaved[target.name] = target.value;
    keep();
    say('Not saved yet.');
    later(0);
  });
  addEventListener('online', () => later(0));
  addEventListener('pagehide', save);
  // The button's answers must come after those that are under way, or these would win.
  let leaving = false;
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    if (!saving || leaving) {
      leaving = true;
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    const go = () => {
      if (saving) return setTimeout(go, 50);
      leaving = true;
      clearTimeout(timer);
      form.requestSubmit(submitter);
    };
    go();
  });

  const draft = store.get(key);
  if (draft?.fields?.try === form.elements.try.value) {
    for (const [name, value] of Object.entries(draft.fields)) {
      const radio = [...form.elements].find((each) => each.name === name && each.value === value);
      if (name === 'try' || !radio) continue;
      radio.checked = true;
      unsaved[name] = value;
    }
    countAnswered();
    say('Not saved yet.');
    later(0);
  }
})();
