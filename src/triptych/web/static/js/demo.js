// The demo's split screen: the shop says which browser it is, and this page asks for that browser's portrait.
// The join happens here, in the visitor's own browser; no server is told who sits before both halves.
const frame = document.getElementById('shop');
const portrait = document.getElementById('portrait');
const field = document.getElementById('anonymous');
const origin = new URL(frame.src).origin;
let last = '';
let timer = 0;

function ask() {
  if (!document.hidden) window.htmx.trigger(portrait, 'look');
}

window.addEventListener('message', (event) => {
  if (event.origin !== origin || event.data?.triptych !== 'shop') return;
  field.value = event.data.anonymous_id ?? '';
  const path = document.getElementById('shop-path');
  if (path && event.data.path) path.textContent = event.data.path;
  last = field.value;
  ask();
  for (const later of [250, 600, 1000]) setTimeout(ask, later);
});

document.querySelector('[data-again]')?.addEventListener('click', () => {
  frame.contentWindow.postMessage({ triptych: 'forget' }, origin);
  field.value = last = '';
  frame.src = frame.src;
  ask();
});

clearInterval(timer);
timer = setInterval(ask, 2000);
