// The palette: an ARIA combobox over a listbox. The server answers with what this reader may see.
const dialog = document.getElementById('palette');
const field = dialog?.querySelector('input');
const list = dialog?.querySelector('[role=listbox]');
let asked = 0;
let waiting = 0;

export function openPalette() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  field.value = '';
  field.focus();
  ask('');
}

async function ask(query) {
  const mine = (asked += 1);
  const body = new URLSearchParams({ q: query, here: location.pathname });
  const token = document.querySelector('input[name=csrfmiddlewaretoken]')?.value ?? '';
  const answer = await fetch(dialog.dataset.url, { method: 'POST', body, headers: { 'X-CSRFToken': token, 'HX-Request': 'true' } });
  if (mine !== asked) return;
  if (!answer.ok) {
    const where = answer.headers.get('HX-Redirect');
    if (where) location.assign(where);
    return;
  }
  list.innerHTML = await answer.text();
  choose(options()[0]);
}

const options = () => [...list.querySelectorAll('[role=option]')];

function choose(option) {
  for (const other of options()) other.setAttribute('aria-selected', String(other === option));
  if (option) {
    field.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  } else field.removeAttribute('aria-activedescendant');
}

function open(option, apart) {
  if (!option) return;
  const { href } = option.dataset;
  if (apart) window.open(href, '_blank', 'noopener');
  else location.assign(href);
}

field?.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(field.value), 120);
});
field?.addEventListener('keydown', (event) => {
  const all = options();
  const now = all.findIndex((option) => option.getAttribute('aria-selected') === 'true');
  const to = { ArrowDown: now + 1, ArrowUp: now - 1 }[event.key];
  if (event.key === 'Enter') {
    event.preventDefault();
    open(all[now], event.ctrlKey || event.metaKey);
  } else if (to !== undefined && all.length) {
    event.preventDefault();
    choose(all[(to + all.length) % all.length]);
  }
});
list?.addEventListener('click', (event) => open(event.target.closest('[role=option]'), event.ctrlKey || event.metaKey));
dialog?.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
