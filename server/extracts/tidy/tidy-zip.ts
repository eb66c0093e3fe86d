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

function readMe({ description }: TidySource): string {
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

There are no identities here: participants are counted, and named in texts by pseudonym alone. Passages that are withheld
because of consent, notes that are kept for their author and the lead, and what is coded blind at this moment are left out.

## R

\`\`\`r
plain <- function(x) sub("^'([=+@\\t\\r-])", "\\\\1", x)
kinds <- readr::cols(.default = "c", start = "i", end = "i", coded_at = "T")
codings <- readr::read_csv("codings.csv", col_types = kinds) |> dplyr::mutate(quote = plain(quote))
themes <- readr::read_csv("themes.csv", col_types = readr::cols(.default = "c", order = "i", level = "i"))
codings |> dplyr::left_join(themes, by = "theme_id") |> dplyr::count(path, sort = TRUE)
\`\`\`

## Python

\`\`\`python
import pandas as pd
codings = pd.read_csv("codings.csv", keep_default_na=False, parse_dates=["coded_at"])
codings["quote"] = codings["quote"].str.replace(r"^'(?=[=+@\\t\\r-])", "", regex=True)
themes = pd.read_csv("themes.csv", keep_default_na=False)
counts = codings.merge(themes, on="theme_id").groupby("path").size().sort_values()
\`\`\`
`;
}
