// Picking a colour of one's own means that one: without this a person would have to choose "Another" as well.
const other = document.querySelector<HTMLInputElement>('[data-other-colour]');
document.querySelector<HTMLInputElement>('[name="otherColour"]')?.addEventListener('input', () => {
  if (other) other.checked = true;
});

// The choices of each passage say the names of the new themes as they are typed.
document.querySelectorAll<HTMLInputElement>('.app-split input[name="names"]').forEach((input, index) => {
  const part = index + 1;
  input.addEventListener('input', () => {
    const name = input.value.trim() || `New theme ${part}`;
    for (const label of document.querySelectorAll(`[data-part="${part}"]`)) label.textContent = name;
  });
});
