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
  window.addEventListener('message', (event) => {
    if (event.origin === origin && event.data?.triptych === 'visitor') showVisitor(event.data.visitor);
  });
}

// Below the wall: what the shop's frame read of its own visitor, by its own cookie, and handed to this window alone.
const at = (id) => document.getElementById(id);
const short = (handle) => `v·${handle.slice(0, 4)}-${handle.slice(4, 8)}`;
let before = new Map();

function showVisitor(visitor) {
  at('visitor-none').hidden = Boolean(visitor);
  at('visitor-some').hidden = at('visitor-kind').hidden = !visitor;
  const heading = at('visitor-handle');
  heading.dataset.none ??= heading.textContent;
  heading.textContent = visitor ? short(visitor.handle) : heading.dataset.none;
  const rows = visitor ? seen(visitor) : [];
  const most = Math.max(1, ...rows.map(({ count }) => count));
  at('visitor-rows').replaceChildren(...rows.map((row) => line(row, most)));
  before = new Map(rows.map(({ key, count }) => [key, count]));
  at('visitor-json').textContent = visitor ? JSON.stringify(written(visitor), null, 1) : '';
}

function seen(visitor) {
  const looked = (visitor.categories ?? []).map((each) => ({ ...each, word: `${each.category}, ${each.kind}` }));
  const met = (visitor.campaigns ?? []).map((each) => ({ ...each, word: each.campaign }));
  return [...looked, ...met].map((each) => ({ ...each, key: each.word }));
}

function line({ word, count, key }, most) {
  const item = at('visitor-row').content.cloneNode(true).firstElementChild;
  const more = count - (before.get(key) ?? 0);
  item.querySelector('.k').textContent = word;
  item.querySelector('.n').textContent = count;
  Object.assign(item.querySelector('progress'), { max: most, value: count });
  if (more > 0 && before.size) {
    item.classList.add('hot');
    item.querySelector('.m').textContent = `+${more}`;
  }
  return item;
}

function written(visitor) {
  const newest = [...(visitor.categories ?? [])].sort((one, other) => (one.last_hour < other.last_hour ? 1 : -1))[0];
  return { visitor: short(visitor.handle), hour: newest?.last_hour, category: newest?.category, kind: newest?.kind };
}
