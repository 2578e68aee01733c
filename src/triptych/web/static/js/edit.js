// A cell is edited in its place. Enter or F2 opens it, Enter saves, Tab saves and goes on to the next, Esc puts it back.
// A value that cannot be (422) and a change by somebody else (409) come back as parts that stand in the cell.
import { toast } from './shell.js';

const said = document.getElementById('said');
const say = (text) => { if (!said) return; said.textContent = ''; requestAnimationFrame(() => { said.textContent = text; }); };
const before = new WeakMap();
const words = document.createElement('textarea');
const plain = (text) => { words.innerHTML = text; return words.value; };

const holder = (at) => at.closest('[data-holder]');
const buttons = () => [...document.querySelectorAll('[data-edit]')].filter((each) => each.offsetParent);

async function ask(url, options = {}) {
  try {
    const answer = await fetch(url, { ...options, headers: { 'HX-Request': 'true' } });
    const where = answer.headers.get('HX-Redirect');
    if (where) location.assign(where);
    return where ? null : answer;
  } catch {
    toast(document.querySelector('[data-lost]')?.dataset.lost ?? '');
    return null;
  }
}

async function open(button) {
  const cell = button.closest('[data-cell]');
  const other = document.querySelector('[data-holder] form[data-editor]');
  if (other && !(await leave(other))) return;
  const answer = await ask(`${button.getAttribute('formaction')}?next=${encodeURIComponent(location.pathname + location.search)}`);
  if (!answer?.ok) return;
  const box = document.createElement('span');
  box.dataset.holder = '';
  box.className = 'holder';
  box.innerHTML = await answer.text();
  before.set(box, cell);
  cell.replaceWith(box);
  box.closest('td')?.classList.add('edit');
  focus(box);
}

function focus(box) {
  const field = box.querySelector('[aria-invalid], input:not([type=hidden]), select, button');
  field?.focus();
  if (field?.select) field.select();
}

function close(box, cell) {
  box.closest('td')?.classList.remove('edit');
  box.replaceWith(cell);
  return cell;
}

// An editor that somebody leaves: untouched it closes, changed it is saved first.
async function leave(form) {
  const field = form.elements.value;
  const touched = field && (field.tagName === 'SELECT'
    ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : field.value !== field.defaultValue);
  if (touched) return Boolean(await save(form, null));
  if (form.hasAttribute('data-clash')) { focus(holder(form)); return false; }
  close(holder(form), before.get(holder(form)));
  return true;
}

async function save(form, submitter) {
  const box = holder(form);
  const answer = await ask(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form, submitter)) });
  if (!answer || answer.status >= 500 || answer.status === 403 || answer.status === 404) {
    if (answer) location.reload();
    return null;
  }
  const html = await answer.text();
  if (!answer.ok) {
    box.innerHTML = html;
    focus(box);
    return null;
  }
  const shape = document.createElement('template');
  shape.innerHTML = html.trim();
  const cell = close(box, shape.content.firstElementChild);
  say(plain(answer.headers.get('X-Said') ?? ''));
  return cell;
}

function next(cell, by) {
  const all = buttons();
  const here = all.indexOf(cell.querySelector('[data-edit]'));
  (all[here + by] ?? all[here])?.focus();
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-edit]');
  if (button && !event.ctrlKey && !event.metaKey) { event.preventDefault(); open(button); }
  const cancel = event.target.closest('[data-holder] [data-cancel]');
  if (cancel) { event.preventDefault(); undo(holder(cancel)); }
});
document.addEventListener('submit', async (event) => {
  const form = event.target.closest('[data-holder] form[data-editor]');
  if (!form) return;
  event.preventDefault();
  (await save(form, event.submitter))?.querySelector('[data-edit]')?.focus();
});

function undo(box) {
  close(box, before.get(box)).querySelector('[data-edit]')?.focus();
}

document.addEventListener('keydown', async (event) => {
  const { key } = event;
  const button = event.target.closest?.('[data-edit]');
  if (button && key === 'F2') { event.preventDefault(); open(button); return; }
  const form = event.target.closest?.('[data-holder] form[data-editor]');
  if (!form) return;
  if (key === 'Escape') {
    event.preventDefault();
    undo(holder(form));
  } else if (key === 'Enter' && event.target.tagName === 'SELECT') {
    event.preventDefault();
    form.requestSubmit();
  } else if (key === 'Tab' && event.target === form.elements.value) {
    event.preventDefault();
    const cell = await save(form, null);
    if (cell) next(cell, event.shiftKey ? -1 : 1);
  }
});
