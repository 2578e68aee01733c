// What every page needs: the palette, keys, toasts, copying, and the CSRF token on every request of htmx.
import { openPalette } from './palette.js';

const token = () => document.querySelector('input[name=csrfmiddlewaretoken]')?.value ?? '';
export const post = (url, fields) => fetch(url, {
  method: 'POST', body: new URLSearchParams(fields), headers: { 'X-CSRFToken': token(), 'HX-Request': 'true' },
});

document.addEventListener('htmx:config:request', (event) => {
  event.detail.ctx.request.headers['X-CSRFToken'] = token();
});
// a page that nobody looks at does not ask
document.addEventListener('htmx:before:request', (event) => {
  const { sourceElement } = event.detail.ctx;
  if (document.hidden && sourceElement?.getAttribute('hx-trigger')?.startsWith('every')) event.preventDefault();
});
document.addEventListener('htmx:response:error', (event) => {
  const where = event.detail.ctx.response?.raw?.headers?.get('HX-Redirect');
  if (where) location.assign(where);
});

// ---- toasts: ten seconds, errors stay
export function toast(text) {
  const box = document.createElement('div');
  box.className = 'toast-q';
  box.textContent = text;
  document.getElementById('toasts')?.append(box);
  setTimeout(() => box.remove(), 10_000);
}
for (const box of document.querySelectorAll('[data-toast]:not(.error)')) setTimeout(() => box.remove(), 10_000);

// ---- clicks that mean the same on every page
document.addEventListener('click', async (event) => {
  const at = event.target.closest('[data-palette],[data-help],[data-close],[data-copy],[data-reveal]');
  if (!at) {
    for (const menu of document.querySelectorAll('details[open].me-menu, details[open][data-drop]')) if (!menu.contains(event.target)) menu.open = false;
    return;
  }
  if (at.hasAttribute('data-palette')) openPalette();
  if (at.hasAttribute('data-help')) document.getElementById('keys')?.showModal();
  if (at.hasAttribute('data-close')) (at.closest('dialog')?.close ? at.closest('dialog').close() : at.closest('[data-toast]')?.remove());
  if (at.hasAttribute('data-copy')) await copy(at);
  if (at.hasAttribute('data-reveal')) reveal(at);
});

async function copy(button) {
  const from = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText((from.value ?? from.textContent).trim());
  if (button.dataset.done) toast(button.dataset.done);
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const shown = field.type === 'password';
  field.type = shown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(shown));
}

// ---- keys
const PLACES = { h: '/', r: '/crm/people/', o: '/crm/organisations/', i: '/crm/interactions/', p: '/people/', a: '/cdp/audiences/', l: '/data/live/', s: '/data/sources/', q: '/data/quarantine/', d: '/data/destinations/', v: '/visitors/', e: '/segments/' };
let before = '';
const typing = (target) => target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]');

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.documentElement.dataset.keys !== 'on') return;
  const { key } = event;
  if (before === 'g' && PLACES[key]) location.assign(PLACES[key]);
  else if (key === '?') document.getElementById('keys')?.showModal();
  else if (key === '/') focusOn(event, '[data-find]');
  else if (key === 'c') document.querySelector('[data-create]')?.click();
  else if (key === 'p') document.querySelector('[data-pause]')?.click();
  else if (key === '[' || key === ']') document.querySelector(`[data-key="${key}"]`)?.click();
  else if (key === 'j' || key === 'k') step(event, key === 'j' ? 1 : -1);
  before = key;
});

function focusOn(event, selector) {
  const field = document.querySelector(selector);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select?.();
}

function step(event, by) {
  const rows = [...document.querySelectorAll('[data-rows] a[href]:first-of-type, [data-rows] [data-row], [data-list-rows] [data-row]')].filter((row) => row.offsetParent);
  if (!rows.length) return;
  event.preventDefault();
  const next = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(document.activeElement) + by))];
  next.focus();
}
