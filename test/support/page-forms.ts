import type { CheerioAPI } from 'cheerio';

/** A field of a form as a person meets it: what it may hold, and what stands in it. */
export type FormField = { name: string; kind: 'text' | 'hidden' | 'choice' | 'file'; value: string; options: string[] };
export type PageForm = { method: 'get' | 'post'; action: string; isMultipart: boolean; fields: FormField[] };

/** Every form of a page. `at` is the page's address, for forms that say none. */
export function formsOf($: CheerioAPI, at: string): PageForm[] {
  return $('form')
    .toArray()
    .map((form) => {
      const fields = new Map<string, FormField>();
      const id = $(form).attr('id');
      const inside = $(form).find('input, select, textarea, button');
      const outside = id === undefined ? [] : $(`[form="${id}"]`).toArray();
      for (const element of [...inside.toArray(), ...outside]) {
        const name = $(element).attr('name');
        if (name === undefined || name === '_csrf') continue;
        const field = fieldOf($, element as Parameters<CheerioAPI>[0] & { tagName: string }, name);
        const known = fields.get(name);
        if (known) known.options.push(...field.options);
        else fields.set(name, field);
      }
      return {
        method: $(form).attr('method')?.toLowerCase() === 'post' ? ('post' as const) : ('get' as const),
        action: $(form).attr('action') ?? at,
        isMultipart: $(form).attr('enctype') === 'multipart/form-data',
        fields: [...fields.values()],
      };
    });
}

function fieldOf($: CheerioAPI, element: Parameters<CheerioAPI>[0] & { tagName: string }, name: string): FormField {
  const value = String($(element as never).val() ?? '');
  if (element.tagName === 'select') {
    const options = $(element as never)
      .find('option')
      .toArray()
      .map((option) => $(option).attr('value') ?? '');
    return { name, kind: 'choice', value, options };
  }
  const type = element.tagName === 'input' ? ($(element as never).attr('type') ?? 'text') : element.tagName;
  if (type === 'radio' || type === 'checkbox' || type === 'button' || type === 'submit')
    return { name, kind: 'choice', value: '', options: [$(element as never).attr('value') ?? 'on'] };
  if (type === 'hidden') return { name, kind: 'hidden', value, options: [] };
  if (type === 'file') return { name, kind: 'file', value: '', options: [] };
  return { name, kind: 'text', value, options: [] };
}

/** The form as somebody would send it: free fields hold `text` where they are not dates or numbers, choices their last. */
export function filledIn(form: PageForm, text: string): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const { name, kind, value, options } of form.fields) {
    if (kind === 'choice') sent[name] = value || options.findLast((option) => option !== '') || '';
    else if (kind === 'hidden') sent[name] = value;
    else if (kind === 'text') sent[name] = worded(name, value, text);
  }
  return sent;
}

function worded(name: string, value: string, text: string): string {
  if (/^\d{4}-\d\d-\d\d$|^\d\d:\d\d$|^\d+$/.test(value)) return value;
  if (/email/i.test(name)) return value || `${text.toLowerCase()}@example.org`;
  if (/date|startsOn|endsOn|from|until/i.test(name)) return '2011-11-14';
  if (/start/i.test(name)) return '10:00';
  if (/^end/i.test(name)) return '12:00';
  if (/position|count|number|seed|size|unnamed/i.test(name)) return value || '1';
  if (/code$/i.test(name)) return value || 'ZZ9';
  return text;
}
