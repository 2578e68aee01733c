// The matrix by arrows: the focus moves from cell to cell, over those that hold a figure.
const table = document.querySelector('[data-matrix]');
const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

table?.addEventListener('keydown', (event) => {
  const step = steps[event.key];
  const cell = event.target.closest('td.h');
  if (!step || !cell) return;
  event.preventDefault();
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll('td.h')]);
  let row = rows.findIndex((some) => some.includes(cell));
  let column = rows[row].indexOf(cell);
  for (;;) {
    row += step[0];
    column += step[1];
    const next = rows[row]?.[column];
    if (!next) return;
    const link = next.querySelector('a');
    if (link) { link.focus(); return; }
  }
});
