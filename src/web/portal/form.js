// The form builder: what is chosen shows at once, and texts are copied by a press. Without this script
// the form has a button that shows it.
(() => {
  const form = document.querySelector('.builder-form');
  const offer = () => {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
  };
  offer();
  document.addEventListener('click', async ({ target }) => {
    const id = target.dataset?.copy;
    if (!id) return;
    try {
      await navigator.clipboard.writeText(document.getElementById(id).textContent);
      target.textContent = 'Copied';
    } catch {
      target.textContent = 'Not copied: mark it and copy it';
    }
  });
  // The preview is a page of ours: as tall as what is in it.
  const size = () => {
    const frame = document.querySelector('.builder-preview iframe');
    if (!frame) return;
    const watch = () => {
      const main = frame.contentDocument?.querySelector('main');
      if (!main) return;
      const tell = () => {
        frame.style.height = `${Math.ceil(main.getBoundingClientRect().height) + 40}px`;
      };
      new ResizeObserver(tell).observe(main);
    };
    frame.addEventListener('load', watch);
    if (frame.contentDocument?.readyState === 'complete') watch();
  };
  size();
  const chosen = () => `${form.action}?${new URLSearchParams(new FormData(form))}`;
  let shown = form && chosen();
  form?.addEventListener('change', async () => {
    const address = chosen();
    // A field that is left is told of once more, and the preview stays as somebody has filled it in.
    if (address === shown) return;
    shown = address;
    try {
      const response = await fetch(address);
      if (!response.ok || response.redirected) return form.submit();
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      if (address !== shown) return;
      document.querySelector('[data-live]').replaceWith(page.querySelector('[data-live]'));
      const hint = page.querySelector('#accent-hint');
      const said = document.querySelector('#accent-hint');
      if (hint && said) said.textContent = hint.textContent;
      history.replaceState(null, '', address);
      offer();
      size();
    } catch {
      // Without a connection the button is still there, and the next change tries again.
      shown = '';
    }
  });
})();
