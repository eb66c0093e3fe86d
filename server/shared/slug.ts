/** A study's name as part of a file's name, plain ASCII whatever it is called: "Connecting People" is "connecting-people". */
export function slugOf(studyName: string): string {
  const slug = studyName
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-|-$/g, '');
  return slug || 'study';
}
