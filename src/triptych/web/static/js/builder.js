// The audience builder: a rule is added as text at the caret, and the size is asked for while one types.
const text = document.getElementById('id_text');

for (const button of document.querySelectorAll('[data-insert]')) {
  button.addEventListener('click', () => {
    const rule = button.dataset.insert;
    const now = text.value.trim();
    text.value = now ? `${now}\nand ${rule}` : rule;
    text.dispatchEvent(new Event('input', { bubbles: true }));
    text.focus();
    const quote = text.value.lastIndexOf('"…"');
    if (quote >= 0) text.setSelectionRange(quote + 1, quote + 2);
  });
}

const grow = () => { text.rows = Math.max(3, text.value.split('\n').length + 1); };
text?.addEventListener('input', grow);
if (text) grow();
