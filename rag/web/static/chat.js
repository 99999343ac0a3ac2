// What the browser has to do itself on the chat page. Text of speeches enters the page as text, never as mark-up.
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

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// The card of a marker stands above its line where there is no room below, and is no taller than the room; Escape closes it.
const placeCard = (citing) => {
  const card = citing.querySelector('.card'), line = citing.getBoundingClientRect();
  const talk = citing.closest('#chat').getBoundingClientRect();
  const width = Math.min(544, talk.width - 16), below = innerHeight - line.bottom - 8, above = line.top - 8;
  card.style.width = `${width}px`;
  card.style.left = `${Math.max(talk.left, Math.min(line.left - 24, talk.right - width - 8))}px`;
  card.style.maxHeight = 'none';
  const under = card.offsetHeight <= below || below >= above;
  card.style.maxHeight = `${under ? below : above}px`;
  card.style.top = under ? `${line.bottom}px` : `${line.top - card.offsetHeight}px`;
};

// The panel of sources shows those of the answer that is pointed at, and marks the one whose marker that is.
const showSources = (row, marker) => {
  const shown = all('#sources .of-answer'), at = all('#chat .bot-row').indexOf(row);
  if (!shown[at]) return;
  shown.forEach((sources, i) => { sources.hidden = i !== at; });
  for (const item of all('[data-marker]', shown[at])) {
    item.classList.toggle('pointed', item.dataset.marker === marker);
    const panel = document.querySelector('#evidence');
    if (item.dataset.marker === marker && panel.scrollHeight > panel.clientHeight) {
      panel.scrollTop += item.getBoundingClientRect().top - panel.getBoundingClientRect().top - 48;
    }
  }
};
for (const event of ['pointerover', 'focusin']) document.addEventListener(event, ({target}) => {
  const row = target.closest?.('#chat .bot-row');
  if (!row) return;
  const citing = target.closest('.citing');
  if (citing && !citing.querySelector('.card').contains(target)) placeCard(citing);
  showSources(row, citing?.querySelector('a').firstChild.textContent.replace(/\D/g, ''));
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') document.activeElement?.closest('.citing')?.querySelector('a').blur();
});

// The outline of a speech is fetched when it is wanted.
document.addEventListener('toggle', async ({target}) => {
  const {outline, empty} = target.dataset ?? {};
  if (!outline || !target.open || target.querySelector('ol')) return;
  const list = document.createElement('ol');
  target.append(list);
  const reply = await fetch(`/api/library/${encodeURIComponent(outline)}`);
  const sections = reply.ok ? (await reply.json()).sections : [];
  for (const {heading, level} of sections.length ? sections : [{heading: empty, level: 1}]) {
    list.append(Object.assign(document.createElement('li'), {textContent: heading, className: `level${level}`}));
  }
}, true);

// Folders, chosen or dropped, are handed to the field for files as the files in them.
const handOver = (files) => {
  const taken = new DataTransfer(), field = document.querySelector('#upload input[type=file]');
  for (const file of files) if (!file.name.startsWith('.')) taken.items.add(file);
  if (!field?.closest('#upload').checkVisibility() || !taken.files.length) return;
  field.files = taken.files;
  field.dispatchEvent(new Event('change', {bubbles: true}));
};
const filesIn = async (entry) => {
  if (entry.isFile) return [await new Promise((found, failed) => entry.file(found, failed))];
  const reader = entry.createReader(), files = [];
  for (;;) { // a reader gives up to a hundred at a time
    const some = await new Promise((found, failed) => reader.readEntries(found, failed));
    if (!some.length) return files;
    for (const one of some) files.push(...await filesIn(one));
  }
};
document.addEventListener('click', ({target}) => {
  if (!target.closest?.('[data-folder]')) return;
  const field = Object.assign(document.createElement('input'), {type: 'file', webkitdirectory: true});
  field.addEventListener('change', () => handOver(field.files));
  field.click();
});
document.addEventListener('drop', async (event) => {
  if (!event.target.closest?.('#library-tab')) return;
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const onField = event.target.closest('#upload');
  if (onField && !entries.some((entry) => entry.isDirectory)) return; // the field knows what to do
  event.preventDefault();
  event.stopImmediatePropagation();
  handOver((await Promise.all(entries.map(filesIn))).flat());
}, true);
document.addEventListener('dragover', (event) => {
  if (event.target.closest?.('#library-tab')) event.preventDefault();
});

// #library in the address opens that tab; a click on a tab that comes while the page is still being built is not lost.
const tabNamed = () => location.hash === '#library' ? 'library-tab-button' : '';
let tabWanted = tabNamed();
window.addEventListener('hashchange', () => { tabWanted = tabNamed(); settle(); });
document.addEventListener('click', ({target}) => { tabWanted = target.closest?.('[role=tab]')?.id || tabWanted; });

// Once the page has changed: what Gradio cannot be told, and what is said aloud. The growing answer is not read
// out piece by piece; the whole is, when it has come.
let growing = false;
const settle = () => {
  for (const list of all('#chat .examples[role=list]')) list.removeAttribute('role');
  for (const log of all('#chat [role=log]:not([aria-live=off])')) log.setAttribute('aria-live', 'off');
  const within = document.querySelector('#within input');
  if (within && within.placeholder !== within.ariaLabel) within.placeholder = within.ariaLabel;
  const tab = tabWanted && document.getElementById(tabWanted);
  if (tab?.ariaSelected === 'true') tabWanted = '';
  else if (tab) tab.click();
  const grows = Boolean(document.querySelector('#chat .growing'));
  if (growing && !grows) {
    const last = all('#chat .bot-row .prose > div').at(-1)?.cloneNode(true);
    for (const part of last ? all('.card, .unseen', last) : []) part.remove();
    const place = document.querySelector('#announced');
    if (place && last) place.textContent = last.textContent;
  }
  growing = grows;
};
new MutationObserver(settle).observe(document.documentElement, {childList: true, subtree: true});

// A session that has ended while its page stood open leads to the sign-in.
const fetched = window.fetch;
window.fetch = async (...request) => {
  const reply = await fetched(...request);
  if (reply.status === 401 && new URL(reply.url).origin === location.origin) {
    location.assign('/login?next=' + encodeURIComponent(location.pathname + location.search));
  }
  return reply;
};
