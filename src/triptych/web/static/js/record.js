// A record that is open: it asks about twice a second whether something is new; the composer opens where one is.
import { toast } from './shell.js';

// ---- freshness: parts of the page are replaced by id when they have changed; nobody looks, nobody asks
for (const place of document.querySelectorAll('[data-poll]')) watch(place);

function watch(place) {
  let tag = '';
  let asking = false;
  async function ask() {
    if (document.hidden || asking) return;
    asking = true;
    try {
      const headers = { 'HX-Request': 'true', ...(tag ? { 'If-None-Match': tag } : {}) };
      const answer = await fetch(place.dataset.poll, { headers, cache: 'no-store' });
      if (answer.status === 401 && answer.headers.get('HX-Redirect')) location.assign(answer.headers.get('HX-Redirect'));
      if (answer.status === 403 || answer.status === 404) stop();
      if (answer.status === 200) {
        const first = !tag;
        tag = answer.headers.get('ETag') ?? '';
        if (replace(await answer.text()) && !first) document.getElementById('line-said').textContent = place.dataset.said;
      }
    } catch { /* the server is away: the next question may be answered */ }
    asking = false;
  }
  const timer = setInterval(ask, Number(place.dataset.every) || 600);
  const stop = () => clearInterval(timer);
  document.addEventListener('visibilitychange', ask);
  document.addEventListener('record:changed', ask);
  ask();
}

function replace(html) {
  const parts = new DOMParser().parseFromString(html, 'text/html').querySelectorAll('[id^="part-"]');
  let changed = false;
  for (const part of parts) {
    const here = document.getElementById(part.id);
    if (!here || here.outerHTML === part.outerHTML || busy(here)) continue;
    const known = new Set([...here.querySelectorAll('li[id]')].map((item) => item.id));
    const focused = here.contains(document.activeElement) ? document.activeElement.id : '';
    here.replaceWith(part);
    if (part.id === 'part-line') for (const item of part.querySelectorAll('li[id]')) if (known.size && !known.has(item.id)) { item.classList.add('fresh'); changed = true; }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
  return changed;
}

// what somebody is about to press or has opened is left alone until the next time
const busy = (part) => part.querySelector('details[open]') || (part.contains(document.activeElement) && !document.activeElement.id && part.id !== 'part-line');

// ---- the composer
function compose(kind) {
  const box = document.getElementById('log');
  if (!box) return false;
  box.open = true;
  const field = box.querySelector(`input[name=kind][value="${kind}"]`);
  if (field) field.checked = true;
  shape();
  box.scrollIntoView({ block: 'nearest' });
  box.querySelector('[name=subject]').focus();
  return true;
}

// a note has no direction and takes no time
function shape() {
  const form = document.querySelector('.compose-in');
  const note = form?.querySelector('input[name=kind]:checked')?.value === 'note';
  for (const name of ['direction', 'minutes', 'outcome']) {
    const field = form?.querySelector(`[name=${name}]`)?.closest('.fld');
    if (field) field.hidden = note;
  }
}
shape();

document.addEventListener('change', (event) => {
  if (event.target.name === 'kind') shape();
  if (event.target.matches('[data-submit]')) event.target.form.requestSubmit();
});
document.addEventListener('click', (event) => {
  const log = event.target.closest('[data-log]');
  if (log && compose(log.dataset.log)) event.preventDefault();
  if (event.target.closest('[data-log-close]')) {
    event.preventDefault();
    document.getElementById('log').open = false;
  }
});
document.addEventListener('htmx:after:swap', () => {
  const done = document.querySelector('#composer[data-said]');
  shape();
  if (!done) return;
  toast(done.dataset.said);
  done.removeAttribute('data-said');
  document.dispatchEvent(new Event('record:changed'));
});
for (const button of document.querySelectorAll('[data-no-script]')) button.hidden = true;

// ---- keys: n a note, l c a call, l v a visit
let before = '';
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.keys !== 'on') return;
  if (event.target.closest('input, textarea, select, [contenteditable], dialog[open]')) {
    if (event.key === 'Escape' && event.target.closest('.compose-in')) document.getElementById('log').open = false;
    return;
  }
  const kind = event.key === 'n' ? 'note' : before === 'l' ? { c: 'call', v: 'visit', l: 'letter', m: 'mail' }[event.key] : '';
  before = event.key;
  if (kind && compose(kind)) event.preventDefault();
});
