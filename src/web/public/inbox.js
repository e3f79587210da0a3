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
  // Each link to where it is changed, beside the address and beside the question about a slip.
  const { href, pathname, search } = document.querySelector('[data-change]');
  for (const change of document.querySelectorAll('main a')) {
    if (change.href !== href) continue;
    change.href = `${pathname}${search}#${new URLSearchParams({ email })}`;
  }
})();
