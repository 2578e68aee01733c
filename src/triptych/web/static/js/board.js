// The board: a card is dragged, or lifted with the space bar and moved by the arrows, or sent by its "Move to…" menu.
// All three send the same form; without this module the menu's buttons send it by themselves.
import { toast } from './shell.js';

const list = document.querySelector('[data-list]');
const said = document.getElementById('said');
const say = (text) => { said.textContent = ''; requestAnimationFrame(() => { said.textContent = text; }); };
const lanes = () => [...list.querySelectorAll('[data-lane]')];
const name = (card) => card.querySelector('bdi')?.textContent.trim() ?? '';
let lifted = null;
let dragged = null;
let refresh = async () => {};

// Say how the list is asked for anew once a card has moved.
export function afterMove(how) { refresh = how; }

async function send(card, lane) {
  const form = document.getElementById('move');
  const body = new URLSearchParams(new FormData(form));
  body.set('to', `${card.dataset.card}.${lane}`);
  const answer = await fetch(form.action, { method: 'POST', body, headers: { 'HX-Request': 'true' } });
  const where = answer.headers.get('HX-Redirect');
  if (where) { location.assign(where); return; }
  const text = answer.status === 200 || answer.status === 422 ? await answer.text() : '';
  await refresh();
  if (answer.ok) say(text);
  else toast(text || list.dataset.lost);
}

// ---- keys
function hint(lane) {
  const box = list.querySelector('[data-hint]');
  if (!box) return;
  box.hidden = !lifted;
  if (!lifted) return;
  const says = box.querySelector('[data-hint-says]');
  says.textContent = says.dataset.moving.replace('{}', name(lifted.card));
  box.querySelector('[data-hint-lane]').textContent = lane.dataset.label;
  say(`${says.textContent} ${lane.dataset.label}`);
}
function lift(card) {
  const ul = card.parentElement;
  lifted = { card, home: ul, after: card.nextSibling };
  card.classList.add('lift');
  hint(card.closest('[data-lane]'));
}
function put(back) {
  const { card, home, after } = lifted;
  const lane = card.closest('[data-lane]');
  card.classList.remove('lift');
  lifted = null;
  hint();
  if (back || lane.contains(home)) home.insertBefore(card, after);
  else send(card, lane.dataset.lane);
  card.querySelector('[data-row]').focus();
}
function shift(by) {
  const all = lanes();
  const to = all[all.indexOf(lifted.card.closest('[data-lane]')) + by];
  if (!to) return;
  to.querySelector('ul').prepend(lifted.card);
  lifted.card.querySelector('[data-row]').focus();
  lifted.card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  hint(to);
}
function between(event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const up = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const lane = event.target.closest('[data-lane]');
  if (up) {
    const all = [...lane.querySelectorAll('[data-row]')];
    return all[all.indexOf(event.target) + up];
  }
  return by ? lanes()[lanes().indexOf(lane) + by]?.querySelector('[data-row]') : null;
}
list?.addEventListener('keydown', (event) => {
  const at = event.target.closest('[data-card] [data-row]');
  if (!at) return;
  const { key } = event;
  if (lifted) {
    if (key === ' ' || key === 'Enter') { event.preventDefault(); put(false); }
    else if (key === 'Escape') { event.preventDefault(); put(true); }
    else if (key === 'ArrowLeft' || key === 'ArrowRight') { event.preventDefault(); shift(key === 'ArrowLeft' ? -1 : 1); }
    return;
  }
  if (key === ' ') {
    event.preventDefault();
    if (at.hasAttribute('data-lift')) lift(at.closest('[data-card]'));
  } else {
    const to = between(event);
    if (to) { event.preventDefault(); to.focus(); }
  }
});

// ---- drag
list?.addEventListener('dragstart', (event) => {
  dragged = event.target.closest?.('[data-card][draggable=true]');
  if (!dragged) return;
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', name(dragged));
  dragged.classList.add('drag');
});
list?.addEventListener('dragover', (event) => {
  const lane = dragged && event.target.closest?.('[data-lane]');
  if (!lane) return;
  event.preventDefault();
  for (const each of lanes()) each.classList.toggle('over', each === lane && !lane.contains(dragged));
});
list?.addEventListener('drop', (event) => {
  const lane = dragged && event.target.closest?.('[data-lane]');
  if (!lane) return;
  event.preventDefault();
  if (!lane.contains(dragged)) { lane.querySelector('ul').prepend(dragged); send(dragged, lane.dataset.lane); }
});
list?.addEventListener('dragend', () => {
  dragged?.classList.remove('drag');
  dragged = null;
  for (const each of lanes()) each.classList.remove('over');
});

// ---- the menu
list?.addEventListener('click', (event) => {
  const button = event.target.closest('[data-to]');
  if (!button) return;
  event.preventDefault();
  const card = button.closest('[data-card]');
  card.querySelector('[data-row]').focus();
  send(card, button.dataset.to);
});
