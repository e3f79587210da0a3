// The form in a frame: tells the page around it how tall it is, so that nothing is cut off or scrolls
// twice. Only a page of the provider's hears it; without this script the frame keeps its height.
(() => {
  const origins = document.body.dataset.origins.split(' ');
  // Firefox has no ancestorOrigins; the referrer's origin is the page around, or a page of ours.
  const { referrer } = document;
  const around = location.ancestorOrigins?.[0] ?? (referrer && new URL(referrer).origin);
  const told = origins.includes(around) ? [around] : around ? [] : origins;
  if (window.parent === window) return;
  const tell = () => {
    const height = document.querySelector('main').getBoundingClientRect().height;
    for (const origin of told) {
      window.parent.postMessage({ type: 'in-the-room:height', height }, origin);
    }
  };
  // Browsers do not follow `autofocus` in a frame: after a slip, the reader arrives at it all the same.
  document.querySelector('[autofocus]')?.focus();
  new ResizeObserver(tell).observe(document.querySelector('main'));
})();
