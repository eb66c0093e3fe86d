/** Who may read notes that are not de-identified, the careful choice first. */
export function readerChoices(chosen: unknown) {
  const choices = [
    {
      value: 'author',
      text: 'Its author and the lead',
      hint: 'Colleagues read and code the note once it is de-identified',
    },
    {
      value: 'team',
      text: 'The whole team',
      hint: 'Once it is de-identified, its first text is kept for author and lead',
    },
  ];
  return choices.map((choice) => ({ ...choice, checked: choice.value === chosen }));
}
