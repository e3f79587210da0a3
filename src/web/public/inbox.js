// The address that was typed stands in the fragment of this page's address, which no server or log sees:
// it is shown, and goes along to the form where it can be changed. Without this script the page says the
// same without it.
(() => {
  const email = new URLSearchParams(location.hash.slice(1)).get('to');
  const typed = document.querySelector('[data-typed]');
  if (!email || !typed) return;
  const shown = document.createElement('strong');
  shown.textContent = email;
  typed.replaceChildren(shown);
  const change = document.querySelector('[data-change]');
  const { pathname, search } = new URL(change.href);
  change.href = `${pathname}${search}#${new URLSearchParams({ email })}`;
})();
