import type { Chance } from '../support/random.ts';
import type { Column, Relation, Routine } from './catalogue.ts';

/** What statements are made of: the tables and functions there are, and ids and words of either study. */
export type Material = { relations: Relation[]; routines: Routine[]; ids: string[]; words: string[] };

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

type Source = { alias: string; columns: Column[] };

/** A SELECT that nobody would write, whose rows do not hang on chance: no limits, clocks or random numbers. */
export function someSelect(chance: Chance, material: Material, depth = 0): string {
  const kind = chance.number(depth > 1 ? 5 : 9);
  if (kind === 5) {
    const inner = someSelect(chance, material, depth + 1);
    const how = chance.one(['', 'materialized', 'not materialized']);
    return `with given as ${how} (${inner}) select count(*), string_agg(to_jsonb(given)::text, '|' order by to_jsonb(given)::text) from given`;
  }
  if (kind === 6) {
    const table = chance.one(material.relations).name;
    const how = chance.one(['union', 'union all', 'except', 'intersect']);
    const other = chance.one(material.relations).name;
    return `select to_jsonb(one)::text from ${table} as one ${how} select to_jsonb(two)::text from ${other} as two`;
  }
  if (kind === 7 && material.routines.length > 0) return `select * from ${someCall(chance, material)} as called`;
  if (kind === 8)
    return `select * from (values (1)) as one (n) left join lateral (${someSelect(chance, material, depth + 1)}) as deep on true`;
  const sources: Source[] = [];
  const from = someFrom(chance, material, sources, depth);
  const where = chance.percent(60) ? ` where ${someCondition(chance, material, sources, depth)}` : '';
  return someOutput(chance, sources, `${from}${where}`);
}

function someOutput(chance: Chance, sources: Source[], rest: string): string {
  const cell = (): string => {
    const { alias, columns } = chance.one(sources);
    return chance.percent(15) || columns.length === 0 ? `to_jsonb(${alias})` : `${alias}.${chance.one(columns).name}`;
  };
  switch (chance.number(7)) {
    case 0:
      return `select * ${rest}`;
    case 1: {
      const [one, two] = [cell(), cell()];
      return `select count(*), count(${one}), string_agg(${two}::text, '|' order by ${two}::text) ${rest}`;
    }
    case 2: {
      const by = cell();
      return `select ${by}::text as by, count(*) ${rest} group by 1 having count(*) > ${chance.number(3) - 1}`;
    }
    case 3: {
      const by = cell();
      return `select ${by}::text, count(*) over (), rank() over (order by ${by}::text) ${rest}`;
    }
    case 4:
      return `select distinct ${cell()}::text, ${cell()}::text ${rest}`;
    case 5: {
      const [one, two] = [cell(), cell()];
      return `select min(${one}::text), max(${two}::text), jsonb_agg(${one} order by ${one}::text) ${rest}`;
    }
    default:
      return `select ${cell()}, ${cell()}, pg_temp.told(${cell()}::text) ${rest}`;
  }
}

function someFrom(chance: Chance, material: Material, sources: Source[], depth: number): string {
  const add = (): string => {
    const { name, columns } = chance.one(material.relations);
    const alias = `t${depth}${sources.length}`;
    sources.push({ alias, columns });
    return `${name} as ${alias}`;
  };
  let from = `from ${add()}`;
  for (let more = chance.number(3); more > 0; more -= 1) {
    const before = chance.one(sources);
    const how = chance.one(['join', 'left join', 'right join', 'full join', 'cross join']);
    const added = add();
    from += ` ${how} ${added}`;
    if (how !== 'cross join') from += ` on ${someJoin(chance, before, sources.at(-1)!)}`;
  }
  return from;
}

function someJoin(chance: Chance, one: Source, two: Source): string {
  const alike = one.columns.flatMap((left) =>
    two.columns
      .filter(({ type }) => type === left.type)
      .map((right) => `${one.alias}.${left.name} = ${two.alias}.${right.name}`),
  );
  return alike.length === 0 || chance.percent(10) ? 'true' : chance.one(alike);
}

function someCondition(chance: Chance, material: Material, sources: Source[], depth: number): string {
  const { alias, columns } = chance.one(sources);
  const column = chance.one(columns);
  const cell = `${alias}.${column.name}`;
  switch (chance.number(9)) {
    case 0:
      return `${cell}::text = ${quoted(chance.one(material.ids))}`;
    case 1:
      return `not (${cell}::text = ${quoted(chance.one(material.ids))}) or true`;
    case 2:
      return `${cell}::text like ${quoted(`%${chance.one(material.words)}%`)}`;
    case 3:
      return `pg_temp.told(${cell}::text)`;
    case 4:
      return `${cell} is ${chance.one(['', 'not '])}null`;
    case 5: {
      const other = chance.one(material.relations);
      return `${cell}::text in (select ${chance.one(other.columns).name}::text from ${other.name})`;
    }
    case 6: {
      const other = chance.one(material.relations);
      const inside: Source = { alias: `e${depth}`, columns: other.columns };
      return `${chance.one(['', 'not '])}exists (select from ${other.name} as e${depth} where ${someJoin(chance, { alias, columns }, inside)})`;
    }
    case 7:
      return `(${someCondition(chance, material, sources, depth)}) and (${someCondition(chance, material, sources, depth)})`;
    default:
      return `(${someCondition(chance, material, sources, depth)}) or (${someCondition(chance, material, sources, depth)})`;
  }
}

/** A call with arguments of the right types and odd values. */
export function someCall(chance: Chance, material: Material): string {
  const { name, args } = chance.one(material.routines);
  return `${name}(${args.map((type) => `${someValue(chance, material, type)}::${type}`).join(', ')})`;
}

export function someValue(chance: Chance, material: Material, type: string): string {
  if (chance.percent(15)) return 'null';
  if (type.endsWith('[]')) {
    const item = type.slice(0, -2);
    return `array[${Array.from({ length: chance.number(4) }, () => someValue(chance, material, item)).join(', ')}]`;
  }
  if (type === 'uuid') return quoted(chance.one(material.ids));
  if (type === 'boolean') return chance.one(['true', 'false']);
  if (/^(?:integer|bigint|smallint|numeric|real)/.test(type)) return chance.one(['0', '1', '2', '-1', '1000', '32767']);
  if (type.startsWith('timestamp') || type === 'date') return chance.one([`'2011-11-14'`, `'infinity'`, `'-infinity'`]);
  if (type.startsWith('json'))
    return chance.one([
      `'{}'`,
      `'[]'`,
      `'null'`,
      quoted(JSON.stringify([{ study: chance.one(material.ids), kind: 'coding.made' }])),
    ]);
  if (type === 'bytea') return `'\\x00ff'`;
  return chance.one([quoted(chance.one(material.words)), quoted(chance.one(material.ids)), `''`, `'%'`, `'a | b'`]);
}

/** A statement that changes something, most often rows of the other study or ones that would lie in it. */
export function someWrite(chance: Chance, material: Material): string {
  const { name, columns } = chance.one(material.relations);
  const value = ({ type }: Column): string => someValue(chance, material, type);
  const sources = [{ alias: name, columns }];
  switch (chance.number(6)) {
    case 0:
      return `delete from ${name} where ${someCondition(chance, material, sources, 0)}`;
    case 1: {
      const column = chance.one(columns);
      return `update ${name} set ${column.name} = ${value(column)} where ${someCondition(chance, material, sources, 0)}`;
    }
    case 2: {
      // A copy of a row that is seen, with an id of its own and one other value.
      const changed = chance.one(columns);
      const cells = columns.map((column) => {
        if (column.name === 'id') return 'gen_random_uuid()';
        return column === changed ? `${value(column)}::${column.type}` : column.name;
      });
      return `insert into ${name} (${columns.map((column) => column.name).join(', ')}) select ${cells.join(', ')} from ${name}`;
    }
    case 3:
      return `insert into ${name} (${columns.map((column) => column.name).join(', ')}) values (${columns
        .map((column) => `${value(column)}::${column.type}`)
        .join(', ')})`;
    case 4: {
      const column = chance.one(columns);
      const other = chance.one(material.relations);
      return `merge into ${name} using ${other.name} as given on ${someJoin(chance, sources[0]!, { alias: 'given', columns: other.columns })}
        when matched then update set ${column.name} = ${value(column)}::${column.type}`;
    }
    default:
      return material.routines.length > 0
        ? `select * from ${someCall(chance, material)} as called`
        : `truncate ${name}`;
  }
}
