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

// How many passages each new theme gets, those chosen on other pages included.
const split = document.querySelector<HTMLFormElement>('.app-split');
function count(): void {
  for (const sum of split?.querySelectorAll<HTMLElement>('[data-sum]') ?? []) {
    const here = split?.querySelectorAll(`.app-split__choice input[value="${sum.dataset.sum}"]:checked`).length ?? 0;
    sum.textContent = String(Number(sum.dataset.elsewhere) + here);
  }
}
split?.addEventListener('change', count);
// Without this the page is sent and comes back with them chosen.
split?.querySelectorAll<HTMLButtonElement>('.app-split__all button').forEach((button) => {
  button.addEventListener('click', (event) => {
    event.preventDefault();
    const part = button.value.slice('all:'.length);
    for (const choice of split.querySelectorAll<HTMLInputElement>(`.app-split__choice input[value="${part}"]`))
      choice.checked = true;
    count();
  });
});
count();
