// Picking a colour of one's own means that one: without this a person would have to choose "Another" as well.
const other = document.querySelector<HTMLInputElement>('[data-other-colour]');
document.querySelector<HTMLInputElement>('[name="otherColour"]')?.addEventListener('input', () => {
  if (other) other.checked = true;
});
