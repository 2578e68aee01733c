// The demo's split screen: the shop says which browser it is, and this page asks for that browser's portrait.
// The join happens here, in the visitor's own browser; no server is told who sits before both halves.
const frame = document.getElementById('shop');
const portrait = document.getElementById('portrait');
const field = document.getElementById('anonymous');
const EVERY = 2000;
const AFTER_A_CLICK = [150, 400, 800, 1500];

const look = () => { if (!document.hidden) window.htmx.trigger(portrait, 'look'); };

if (frame) {
  const { origin } = new URL(frame.src);
  window.addEventListener('message', (event) => {
    if (event.origin !== origin || event.data?.triptych !== 'shop') return;
    field.value = event.data.anonymous_id ?? '';
    document.getElementById('shop-path').textContent = event.data.path;
    for (const later of AFTER_A_CLICK) setTimeout(look, later);
  });
  setInterval(() => { if (field.value) look(); }, EVERY);
}
