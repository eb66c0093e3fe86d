// Going through a note by keyboard: on a finding R replaces and S skips, and both go on to the next. The page works
// without; what is typed into a field is never taken for a key.

const form = document.querySelector<HTMLFormElement>('form[data-deidentification]');
if (form) goThrough(form);

function goThrough(form: HTMLFormElement): void {
  const findings = [...form.querySelectorAll<HTMLElement>('[data-finding]')];
  const live = form.querySelector<HTMLElement>('[data-deid-live]')!;
  const keys = document.querySelector<HTMLElement>('[data-deid-keys]');
  if (keys) keys.hidden = false;
  for (const finding of findings) finding.tabIndex = 0;

  form.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    const finding = target.closest<HTMLElement>('[data-finding]');
    const isField = target !== finding && !target.matches('[data-finding-do]');
    if (!finding || isField || event.altKey || event.ctrlKey || event.metaKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === 'r') decide(finding, true);
    else if (key === 's') decide(finding, false);
    else if (key === 'ArrowDown') goTo(finding, 1);
    else if (key === 'ArrowUp') goTo(finding, -1);
    else return;
    event.preventDefault();
  });

  function decide(finding: HTMLElement, replaces: boolean): void {
    finding.querySelector<HTMLInputElement>('[data-finding-do]')!.checked = replaces;
    const words = finding.querySelector('label strong')?.textContent ?? '';
    const by = finding.querySelector<HTMLInputElement>('[name=text]')!.value.trim() || '[removed]';
    const isLast = findings.at(-1) === finding;
    live.textContent = `${words}: ${replaces ? `replaced by ${by}` : 'skipped'}.${isLast ? ' That was the last.' : ''}`;
    if (isLast) form.querySelector<HTMLElement>('button.govuk-button')!.focus();
    else goTo(finding, 1);
  }

  function goTo(finding: HTMLElement, step: number): void {
    const next = findings[findings.indexOf(finding) + step];
    next?.focus();
  }
}
