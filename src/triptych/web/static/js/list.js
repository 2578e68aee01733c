// A list that changes in its place: its links and forms bring the part that changed, and say how many answer.
// Without this module every one of them is a page of its own.
import { toast } from './shell.js';
import './edit.js';
import { afterMove } from './board.js';

const list = document.querySelector('[data-list]');
const find = document.querySelector('[data-find-form]');
const said = document.getElementById('said');
let asked = 0;
let typing = 0;

const token = () => document.querySelector('input[name=csrfmiddlewaretoken]')?.value ?? '';
const say = (text) => { said.textContent = ''; requestAnimationFrame(() => { said.textContent = text; }); };

// What stood under the focus is looked for again in the new part, by its id or its address.
function kept() {
  const at = document.activeElement;
  if (!list.contains(at)) return () => {};
  const { id, pathname } = at;
  const card = at.closest('[data-card]')?.dataset.card;
  return () => {
    const same = (id && document.getElementById(id))
      || (card && list.querySelector(`[data-card="${card}"] [data-row]`))
      || (pathname && list.querySelector(`a[data-row][href="${pathname}"]`))
      || list.querySelector('[data-count]');
    if (same?.matches('[data-count]')) same.tabIndex = -1;
    same?.focus({ preventScroll: true });
  };
}

export async function go(url, { body = null, push = true } = {}) {
  const mine = (asked += 1);
  const back = kept();
  list.setAttribute('aria-busy', 'true');
  const headers = { 'HX-Request': 'true', 'X-CSRFToken': token() };
  let answer;
  try {
    answer = await fetch(url, { method: body ? 'POST' : 'GET', body, headers });
  } catch {
    list.removeAttribute('aria-busy');
    toast(list.dataset.lost);
    return;
  }
  if (mine !== asked) return;
  list.removeAttribute('aria-busy');
  const where = answer.headers.get('HX-Redirect');
  if (where) { location.assign(where); return; }
  if (!answer.ok) { location.assign(url); return; }
  list.innerHTML = await answer.text();
  const address = answer.headers.get('X-Address');
  if (push && address && address !== location.pathname + location.search) history.pushState(null, '', address);
  if (find && address) find.action = address;
  back();
  say(list.querySelector('[data-count]')?.textContent.trim() ?? '');
  selected();
}

export const again = () => {
  const body = find?.elements.q.value ? new URLSearchParams(new FormData(find)) : null;
  return go(location.pathname + location.search, { body, push: false });
};
afterMove(again);

// ---- links and forms
list?.addEventListener('click', (event) => {
  const at = event.target.closest('[data-go], [data-reset]');
  if (!at || at.tagName === 'FORM' || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (at.hasAttribute('data-reset') && find) find.elements.q.value = '';
  const url = at.getAttribute('href') ?? at.getAttribute('formaction');
  const body = at.tagName === 'BUTTON' && find ? new URLSearchParams(new FormData(find)) : null;
  go(url, { body });
});
list?.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-go]');
  if (!form) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form));
  if (form.method === 'post') go(form.action, { body: fields });
  else go(`${form.getAttribute('action').split('?')[0]}?${fields}`);
});
list?.addEventListener('change', (event) => {
  if (event.target.matches('[data-submits]')) event.target.form.requestSubmit();
});
find?.addEventListener('submit', (event) => { event.preventDefault(); look(); });
find?.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(look, 250); });
function look() {
  clearTimeout(typing);
  const url = find.getAttribute('action') || location.pathname;
  if (find.elements.q.value.trim()) go(url, { body: new URLSearchParams(new FormData(find)) });
  else go(url);
}
window.addEventListener('popstate', () => go(location.pathname + location.search, { push: false }));

// ---- what is selected
const boxes = () => [...list.querySelectorAll('[data-select]')];
function selected() {
  const many = boxes().filter((box) => box.checked).length;
  const bar = list.querySelector('[data-bulk]');
  for (const box of boxes()) box.closest('tr').setAttribute('aria-selected', String(box.checked));
  const all = list.querySelector('[data-select-all]');
  if (all) { all.checked = many > 0 && many === boxes().length; all.indeterminate = many > 0 && !all.checked; }
  if (!bar) return;
  bar.hidden = !many;
  const words = bar.querySelector('[data-selected]');
  words.textContent = (many === 1 ? words.dataset.one : words.dataset.many).replace('{}', many);
}
list?.addEventListener('change', (event) => {
  if (event.target.matches('[data-select-all]')) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches('[data-select], [data-select-all]')) { selected(); say(list.querySelector('[data-selected]').textContent); }
});
list?.addEventListener('click', (event) => {
  if (!event.target.closest('[data-clear]')) return;
  for (const box of boxes()) box.checked = false;
  selected();
  list.querySelector('[data-row]')?.focus();
});

// ---- keys: x selects the row that has the focus, Esc closes what is open
document.addEventListener('keydown', (event) => {
  const at = event.target;
  if (event.key === 'Escape') {
    const open = at.closest?.('details[data-drop][open]');
    if (open) { open.open = false; open.querySelector('summary').focus(); }
    return;
  }
  if (event.key !== 'x' || event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.keys !== 'on') return;
  if (at.closest('input:not([type=checkbox]), textarea, select, dialog[open]')) return;
  const box = at.closest('tr')?.querySelector('[data-select]');
  if (box) { box.checked = !box.checked; box.dispatchEvent(new Event('change', { bubbles: true })); }
});
