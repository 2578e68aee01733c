// Pause and resume the live events. While paused the rows stand still, and a bar counts what waits.
const rows = document.getElementById('live-rows');
const button = document.querySelector('[data-pause]');
const bar = document.getElementById('live-paused');
let paused = false;
let timer = 0;

document.addEventListener('htmx:before:request', (event) => {
  if (paused && event.detail.ctx.sourceElement === rows) event.preventDefault();
});

// Rows that did not change are left alone, so that focus and selection stay; after a change they are put back.
let shown = '';
let kept = { selected: '', focused: '' };

document.addEventListener('htmx:before:swap', (event) => {
  const { ctx } = event.detail;
  if (ctx.target !== rows) return;
  const tag = ctx.response?.headers?.get('ETag') ?? '';
  if (tag && tag === shown) event.preventDefault();
  shown = tag;
  kept = {
    selected: rows.querySelector('tr[aria-selected]')?.dataset.offset ?? '',
    focused: rows.contains(document.activeElement) ? document.activeElement.closest('tr')?.dataset.offset ?? '' : '',
  };
});
document.addEventListener('htmx:after:swap', (event) => {
  if (event.detail.ctx.target !== rows) return;
  const row = (offset) => rows.querySelector(`tr[data-offset="${offset}"]`);
  if (kept.selected) select(row(kept.selected));
  if (kept.focused) row(kept.focused)?.querySelector('[data-row]')?.focus({ preventScroll: true });
});

async function count() {
  const end = rows.querySelector('[data-end]')?.dataset.end ?? '0';
  const answer = await fetch(`${bar.dataset.url}?after=${end}&at=${bar.dataset.at}`, { headers: { 'HX-Request': 'true' } });
  if (answer.ok && paused) bar.querySelector('[data-says]').innerHTML = await answer.text();
}

function turn(to) {
  paused = to;
  button.setAttribute('aria-pressed', String(paused));
  for (const face of button.querySelectorAll('[data-when]')) face.hidden = (face.dataset.when === 'paused') !== paused;
  bar.hidden = !paused;
  clearInterval(timer);
  if (paused) {
    bar.dataset.at = String(Date.now() * 1000);
    count();
    timer = setInterval(count, 2000);
  } else window.htmx.ajax('GET', rows.getAttribute('hx-get'), { target: rows, swap: 'innerHTML' });
}

button?.addEventListener('click', () => turn(!paused));
bar?.querySelector('[data-show]')?.addEventListener('click', () => turn(false));

// the row whose event the inspector shows
function select(row) {
  for (const other of rows.querySelectorAll('tr[aria-selected]')) { other.removeAttribute('aria-selected'); other.classList.remove('cur'); }
  row?.setAttribute('aria-selected', 'true');
  row?.classList.add('cur');
}
rows?.addEventListener('click', (event) => {
  const row = event.target.closest('tr[data-offset]');
  if (row) select(row);
});
