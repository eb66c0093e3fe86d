import type { Part } from '../../documents/parts.ts';
import { csvFile } from '../../shared/csv.ts';
import { factsOf } from '../formats/description-words.ts';
import { TIDY_TABLES, type TidySource } from './tidy-tables.ts';

/** The parts of the ZIP: what to read first, the data dictionary, and a CSV file a table. */
export function tidyParts(source: TidySource): Part[] {
  return [
    { name: 'README.md', content: [readMe(source)] },
    { name: 'dictionary.csv', content: [dictionary()] },
    ...TIDY_TABLES.map(({ name, columns }) => ({ name: `${name}.csv`, content: lines(name, columns) })),
  ];

  async function* lines(name: (typeof TIDY_TABLES)[number]['name'], columns: readonly { name: string }[]) {
    yield csvFile([columns.map((column) => column.name)]);
    for await (const row of source.tables[name]) yield csvFile([columns.map((column) => row[column.name] ?? null)]);
  }
}

function dictionary(): string {
  const rows = TIDY_TABLES.flatMap(({ name, columns }) =>
    columns.map((column, index) => [
      `${name}.csv`,
      column.name,
      column.type,
      column.unit ?? '',
      column.meaning,
      column.allowed ?? '',
      index === 0 ? 'yes' : 'no',
    ]),
  );
  return csvFile([['file', 'column', 'type', 'unit', 'meaning', 'allowed_values', 'is_key'], ...rows]);
}

const INSIDE = `There are no identities here: participants are counted, and named in texts by pseudonym alone. Passages that are withheld
because of consent, notes that are kept for their author and the lead, and what is coded blind at this moment are left out.`;

const OUTSIDE = `These tables are for people outside the research team. Known names are replaced by labels in [brackets], agencies and
coders have labels, and what could tell an agency or a person apart is empty. A paragraph that stays with the team is
“[withheld]”, and its codings are left out; so are notes that were not released, unless the team decided otherwise for a
reason on record, and every file kept with a note. Positions are of the texts as they stand here. Where dates are months,
\`visit_date\` and \`coded_at\` are such (2011-11) and other moments are empty.`;

function readMe({ description, filesLeft = [] }: TidySource): string {
  // Outside the team it may be a month, which programs do not take for a moment.
  const isTimed = description.audience === undefined;
  const facts = factsOf(description).filter(([name]) => name !== 'Filter');
  const files = TIDY_TABLES.map(
    ({ name, meaning, columns }) => `- \`${name}.csv\`: ${meaning}. Key: \`${columns[0]!.name}\`.`,
  );
  return `# Tables for analysis

${facts.map(([name, text]) => `- ${name}: ${text.replaceAll('\n', ', ')}`).join('\n')}

## Files

- \`dictionary.csv\`: each column of each table, with its type, unit, meaning and allowed values.
${files.join('\n')}

## How they are written

CSV as in RFC 4180: UTF-8 without a byte order mark, commas, CRLF after each row, quotation marks where they are needed. An
empty cell means that there is no value. Dates are ISO 8601; moments are in UTC. Tables are joined by ids.

A text that begins with \`=\`, \`+\`, \`-\`, \`@\`, a tab or a line end has an apostrophe before it, so that no spreadsheet takes it
for a formula. The code below takes it away again.

${description.audience === undefined ? INSIDE : OUTSIDE}
${
  filesLeft.length === 0
    ? ''
    : `
## Files that stay with the team

Notes are numbered in the order of \`notes.csv\`.

${filesLeft.map((words) => `- ${words}`).join('\n')}
`
}
## R

\`\`\`r
plain <- function(x) sub("^'([=+@\\t\\r-])", "\\\\1", x)
kinds <- readr::cols(.default = "c", start = "i", end = "i"${isTimed ? ', coded_at = "T"' : ''})
codings <- readr::read_csv("codings.csv", col_types = kinds) |> dplyr::mutate(quote = plain(quote))
themes <- readr::read_csv("themes.csv", col_types = readr::cols(.default = "c", order = "i", level = "i"))
codings |> dplyr::left_join(themes, by = "theme_id") |> dplyr::count(path, sort = TRUE)
\`\`\`

## Python

\`\`\`python
import pandas as pd
codings = pd.read_csv("codings.csv", keep_default_na=False${isTimed ? ', parse_dates=["coded_at"]' : ''})
codings["quote"] = codings["quote"].str.replace(r"^'(?=[=+@\\t\\r-])", "", regex=True)
themes = pd.read_csv("themes.csv", keep_default_na=False)
counts = codings.merge(themes, on="theme_id").groupby("path").size().sort_values()
\`\`\`
`;
}
