import { describe, expect, test } from '@jest/globals';
import { docxOf, PNG, word } from './documents.ts';
import { useReading } from './reading.ts';

const { read } = useReading();

describe('the picture of a Word document', () => {
  const withPictureAt = (target: string, at: string) =>
    docxOf([word.paragraph('ON: A plan.'), word.picture], {
      'word/_rels/document.xml.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="${target}"/></Relationships>`,
      'word/media/image1.png': '',
      [at]: PNG,
    });

  test.each([
    ['from the top', '/word/media/plan.png', 'word/media/plan.png'],
    ['with ../', '../media/plan.png', 'media/plan.png'],
    ['with ./ and ../', './media/../media/plan.png', 'word/media/plan.png'],
    ['with escapes', 'media/our%20plan.png', 'word/media/our plan.png'],
    ['with an ampersand', 'media/a&amp;b.png', 'word/media/a&b.png'],
  ])('is kept · when its place is written %s', async (_, target, at) => {
    const found = await read('Plan.docx', await withPictureAt(target, at));
    expect(found).toMatchObject({
      text: 'ON: A plan.',
      pictures: ['png'],
      remarks: ['1 picture kept as a file of the note.'],
    });
  });

  test.each(['media/gone.png', '../../gone.png', 'media/%E0%A4%A.png'])(
    'is missed in so many words · when nothing is at %s',
    async (target) => {
      const found = await read('Plan.docx', await withPictureAt(target, 'media/other.png'));
      expect(found.pictures).toEqual([]);
      expect(found.remarks).toEqual([
        '1 picture that it names is not in the file. Open it in Word: if it shows the picture, save it again and choose it anew.',
      ]);
    },
  );
});

describe('a Word document', () => {
  test('keeps blanks, tabs and empty paragraphs, and says what became of the rest', async () => {
    const bytes = await docxOf(
      [
        word.paragraph('ON:  two  blanks'),
        word.empty,
        '<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r><w:del w:id="1"><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>',
      ],
      {
        'word/vbaProject.bin': 'macros',
        'word/comments.xml': '<w:comments xmlns:w="w"><w:comment w:id="1"/><w:comment w:id="2"/></w:comments>',
        'word/header1.xml': '<w:hdr xmlns:w="w"/>',
        'word/_rels/settings.xml.rels':
          '<Relationships><Relationship Type="x/attachedTemplate" Target="http://127.0.0.1:9/evil.dotm" TargetMode="External"/></Relationships>',
      },
    );
    const found = await read('Visit.docx', bytes);
    expect(found.text).toBe('ON:  two  blanks\n\na\tb\nc');
    expect(found.remarks).toEqual([
      'Macros were ignored. They stay in the original file, which is kept as it came.',
      'It names a template somewhere else, which was not fetched.',
      'Tracked changes were read as if accepted.',
      '2 comments in the margin left out; the original file has them.',
      'Headers and footers were left out.',
    ]);
  });
});
