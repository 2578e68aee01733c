// Pause and resume the live events. While paused the rows stand still, and a bar counts what waits.
const rows = document.getElementById('live-rows');
const button = document.querySelector('[data-pause]');
const bar = document.getElementById('live-paused');
let paused = false;
let timer = 0;

document.addEventListener('htmx:before:request', (event) => {
  if (paused && event.detail.ctx.sourceElement === rows) event.preventDefault();
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
rows?.addEventListener('click', (event) => {
  const row = event.target.closest('tr[data-offset]');
  if (!row) return;
  for (const other of rows.querySelectorAll('tr[aria-selected]')) { other.removeAttribute('aria-selected'); other.classList.remove('cur'); }
  row.setAttribute('aria-selected', 'true');
  row.classList.add('cur');
});
