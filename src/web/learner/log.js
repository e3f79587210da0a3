// The practice log: saves as it is typed. What could not be saved stays in this browser until it is, for
// an hour at most, and only while the device is open. Without this script the button saves.
(() => {
  const store = {
    get(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // Private windows may refuse; the server still has what it was sent.
      }
    },
  };

  const HOUR = 3600000;
  const page = (name) => document.querySelector(`[data-${name}]`)?.dataset[name];
  // What the names of drafts begin with that may stay here (no other learner's may), or must go.
  const kept = page('drafts');
  const forgotten = page('forget');

  const read = (key) => {
    try {
      const draft = JSON.parse(store.get(key) ?? 'null');
      return Math.abs(Date.now() - draft.at) < HOUR ? draft : null;
    } catch {
      return null;
    }
  };

  const sweep = () => {
    let keys = [];
    try {
      keys = Object.keys(localStorage).filter((key) => key.startsWith('log-'));
    } catch {
      // Nothing is kept where nothing may be.
    }
    for (const key of keys) {
      const goes = forgotten !== undefined && key.startsWith(forgotten);
      const others = kept !== undefined && !key.startsWith(kept);
      // Answers of a test that nothing has sent yet wait for a page of it, however long.
      const old = !key.includes('-test-') && read(key) === null;
      if (goes || others || old) store.set(key, null);
    }
  };
  sweep();

  for (const button of document.querySelectorAll('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const status = button.parentElement.querySelector('[role=status]');
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        status.textContent = 'Copied.';
      } catch {
        status.textContent = 'Please copy the address above by hand.';
      }
    });
  }

  const form = document.querySelector('form[data-log]');
  if (!form) return;
  const { text, rev } = form.elements;
  const status = form.querySelector('[role=status]');
  const key = form.dataset.log;
  let saved = text.value;
  let timer;
  let wait = 0;
  let saving = false;

  const say = (words) => {
    if (status.textContent !== words) status.textContent = words;
  };

  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  async function save() {
    clearTimeout(timer);
    if (saving || text.value === saved) return;
    saving = true;
    const sent = text.value;
    const body = new URLSearchParams(new FormData(form));
    body.set('go', 'yes');
    body.set('text', sent);
    try {
      const response = await fetch(form.action, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body,
        // A larger body may not outlive its page.
        keepalive: sent.length < 6000,
      });
      const answer = await response.json();
      if (response.ok) {
        rev.value = answer.rev;
        saved = sent;
        wait = 0;
        if (text.value === sent) {
          store.set(key, null);
          say('Saved.');
        } else later(800);
      } else if (response.status < 500) {
        // Asking again would not help: the button shows what stands there.
        say(`Not saved. ${answer.error.message}`);
      } else throw new Error('the server stumbled');
    } catch {
      wait = Math.min(wait * 2 || 4000, 60000);
      sweep();
      say(
        'Not saved yet: no connection. Your words are kept in this browser, and saved when it is back.',
      );
      later(wait);
    } finally {
      saving = false;
    }
  }

  text.addEventListener('input', () => {
    if (kept !== undefined) {
      store.set(key, JSON.stringify({ text: text.value, rev: rev.value, at: Date.now() }));
    }
    say('Not saved yet.');
    later(wait || 800);
  });
  addEventListener('online', () => later(0));
  addEventListener('pagehide', save);
  form.addEventListener('submit', () => {
    clearTimeout(timer);
    saving = true;
  });

  const draft = read(key);
  if (draft && draft.text !== text.value) {
    text.value = draft.text;
    // Older than what stands there: the save is refused, and the button shows both.
    rev.value = draft.rev;
    say('Not saved yet.');
    later(0);
  } else store.set(key, null);
})();
