// What REFI-QDA 1.0 allows where, in its order: our own table of the structure of a project and of a codebook.

const AUD = ['creatingUser', 'creationDateTime', 'modifyingUser', 'modifiedDateTime'];

export type Rule = {
  children: readonly string[];
  required: readonly string[];
  /** The attributes that it may have, required or not. */
  attributes: ReadonlySet<string>;
  /** Where each of the children stands among them. */
  ranks: ReadonlyMap<string, number>;
};

function rule(children: string, required = '', optional: string | string[] = ''): Rule {
  const names = words(children);
  return {
    children: names,
    required: words(required),
    attributes: new Set([...words(required), ...(typeof optional === 'string' ? words(optional) : optional)]),
    ranks: new Map(names.map((name, index) => [name, index])),
  };
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}

const text = rule('Description PlainTextContent PlainTextSelection Coding NoteRef VariableValue', 'guid', [
  'name',
  'richTextPath',
  'plainTextPath',
  ...AUD,
]);
const media = (selection: string, inside = '') =>
  rule(['Description', ...words(inside), ...words(selection), 'Coding', 'NoteRef', 'VariableValue'].join(' '), 'guid', [
    'name',
    'path',
    'currentPath',
    ...AUD,
  ]);
const selection = (required: string, children = 'Description Coding NoteRef') =>
  rule(children, `guid ${required}`.trim(), ['name', ...AUD]);
const reference = rule('', 'targetGUID');

export const PROJECT_RULES: Record<string, Rule> = {
  Project: rule('Users CodeBook Variables Cases Sources Notes Links Sets Graphs Description NoteRef', 'name', [
    'origin',
    'creatingUserGUID',
    'creationDateTime',
    'modifyingUserGUID',
    'modifiedDateTime',
    'basePath',
  ]),
  Users: rule('User'),
  User: rule('', 'guid', 'name id'),
  CodeBook: rule('Codes'),
  Codes: rule('Code'),
  Code: rule('Description NoteRef Code', 'guid name isCodable', 'color'),
  Variables: rule('Variable'),
  Variable: rule('Description', 'guid name typeOfVariable'),
  Cases: rule('Case'),
  Case: rule('Description CodeRef VariableValue SourceRef SelectionRef', 'guid', 'name'),
  Sources: rule('TextSource PictureSource PDFSource AudioSource VideoSource'),
  TextSource: text,
  Representation: text,
  TextDescription: text,
  Note: text,
  PlainTextSelection: selection('startPosition endPosition'),
  PictureSource: media('PictureSelection', 'TextDescription'),
  PictureSelection: selection('firstX firstY secondX secondY'),
  PDFSource: media('PDFSelection Representation'),
  PDFSelection: selection('page firstX firstY secondX secondY', 'Description Representation Coding NoteRef'),
  AudioSource: media('AudioSelection', 'Transcript'),
  AudioSelection: selection('begin end'),
  VideoSource: media('VideoSelection', 'Transcript'),
  VideoSelection: selection('begin end'),
  Transcript: rule('Description PlainTextContent SyncPoint TranscriptSelection NoteRef', 'guid', [
    'name',
    'richTextPath',
    'plainTextPath',
    ...AUD,
  ]),
  TranscriptSelection: rule('Description Coding NoteRef', 'guid', ['name', 'fromSyncPoint', 'toSyncPoint', ...AUD]),
  SyncPoint: rule('', 'guid', 'timeStamp position'),
  Coding: rule('CodeRef NoteRef', 'guid', 'creatingUser creationDateTime'),
  Notes: rule('Note'),
  Links: rule('Link'),
  Link: rule('NoteRef', 'guid', 'name direction color originGUID targetGUID'),
  Sets: rule('Set'),
  Set: rule('Description MemberCode MemberSource MemberNote', 'guid name'),
  Graphs: rule('Graph'),
  Graph: rule('Vertex Edge', 'guid', 'name'),
  Vertex: rule('', 'guid firstX firstY', 'representedGUID name secondX secondY shape color'),
  Edge: rule('', 'guid sourceVertex targetVertex', 'representedGUID name color direction lineStyle'),
  VariableValue: rule('VariableRef TextValue BooleanValue IntegerValue FloatValue DateValue DateTimeValue'),
  CodeRef: reference,
  NoteRef: reference,
  SourceRef: reference,
  SelectionRef: reference,
  VariableRef: reference,
  MemberCode: reference,
  MemberSource: reference,
  MemberNote: reference,
  ...leaves('Description PlainTextContent TextValue BooleanValue IntegerValue FloatValue DateValue DateTimeValue'),
};

export const CODEBOOK_RULES: Record<string, Rule> = {
  CodeBook: rule('Codes Sets', '', 'origin'),
  Codes: rule('Code'),
  Code: rule('Description Code', 'guid name isCodable', 'color'),
  Sets: rule('Set'),
  Set: rule('Description MemberCode', 'guid name'),
  MemberCode: rule('', 'guid'),
  ...leaves('Description'),
};

function leaves(names: string): Record<string, Rule> {
  return Object.fromEntries(words(names).map((name) => [name, rule('')]));
}

/** Elements that may stand at most once in their parent. */
export const ONCE = new Set(
  words(
    'Users CodeBook Variables Cases Sources Notes Links Sets Graphs Codes Description PlainTextContent TextDescription Representation VariableRef TextValue BooleanValue IntegerValue FloatValue DateValue DateTimeValue',
  ),
);

/** Elements that mean nothing, and are not allowed, without anything in them. */
export const NEVER_EMPTY = new Set(words('Users Codes CodeBook Variables Cases Sources Notes Links Sets Graphs'));

/** Where `child` stands among the children of `parent`; sources of all kinds stand together. */
export function rankOf(rules: Record<string, Rule>, parent: string, child: string): number | undefined {
  const rank = rules[parent]?.ranks.get(child);
  return rank !== undefined && parent === 'Sources' ? 0 : rank;
}

/** The attributes that the format has for an element; undefined of an element that it does not have. */
export function knownAttributes(root: 'Project' | 'CodeBook', name: string): ReadonlySet<string> | undefined {
  return (root === 'Project' ? PROJECT_RULES : CODEBOOK_RULES)[name]?.attributes;
}

/** The elements that a reader hands out one by one, as soon as each is complete. */
export const UNITS = new Set(
  words('User Code Variable Case TextSource PictureSource PDFSource AudioSource VideoSource Note Link Set Graph'),
);
