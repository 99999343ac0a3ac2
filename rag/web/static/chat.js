// What the browser has to do itself: put text on the clipboard, save a file that the page was handed, go to a field, place cards,
// take a role from Gradio's example questions that a list of buttons must not have, and say in the empty menu
// of speeches what it is for.
window.jianghua = {
  async copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement('textarea'), {value: text});
    document.body.append(area);
    area.select();
    document.execCommand('copy'); // the only way where the page is not served securely
    area.remove();
  },
  turnTo(selector) {
    setTimeout(() => document.querySelector(selector)?.focus(), 100); // by then it is shown
  },
  save(file) {
    const bytes = Uint8Array.from(atob(file.base64), (c) => c.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes], {type: file.type}));
    Object.assign(document.createElement('a'), {href: url, download: file.name}).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  },
};

// The card of a marker stands above its line where there is no room below; Escape closes it.
for (const event of ['pointerover', 'focusin']) document.addEventListener(event, ({target}) => {
  const citing = target.closest?.('#chat .citing'), card = citing?.querySelector('.card');
  if (!card || card.contains(target)) return;
  const room = citing.closest('.bubble-wrap')?.getBoundingClientRect(), line = citing.getBoundingClientRect();
  const bottom = Math.min(room?.bottom ?? innerHeight, innerHeight), top = Math.max(room?.top ?? 0, 0);
  citing.classList.remove('above');
  const below = bottom - line.bottom, above = line.top - top;
  citing.classList.toggle('above', card.offsetHeight + 8 > below && above > below);
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') document.activeElement?.closest('.citing')?.querySelector('a').blur();
});

new MutationObserver(() => {
  for (const list of document.querySelectorAll('#chat .examples[role=list]')) list.removeAttribute('role');
  const within = document.querySelector('#within input');
  if (within && within.placeholder !== within.ariaLabel) within.placeholder = within.ariaLabel;
}).observe(document.documentElement, {childList: true, subtree: true});

// A session that has ended while its page stood open leads to the sign-in.
const fetched = window.fetch;
window.fetch = async (...request) => {
  const reply = await fetched(...request);
  if (reply.status === 401 && new URL(reply.url).origin === location.origin) {
    location.assign('/login?next=' + encodeURIComponent(location.pathname + location.search));
  }
  return reply;
};
