// What the browser has to do itself: put text on the clipboard, save a file that the page was handed,
// and take a role from Gradio's example questions that a list of buttons must not have.
window.jianghua = {
  async copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement('textarea'), {value: text});
    document.body.append(area);
    area.select();
    document.execCommand('copy'); // the only way where the page is not served securely
    area.remove();
  },
  save(file) {
    const bytes = Uint8Array.from(atob(file.base64), (c) => c.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes], {type: file.type}));
    Object.assign(document.createElement('a'), {href: url, download: file.name}).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  },
};

new MutationObserver(() => {
  for (const list of document.querySelectorAll('#chat .examples[role=list]')) list.removeAttribute('role');
}).observe(document.documentElement, {childList: true, subtree: true});
