import { carriersOf } from '../refi/carriers.ts';
import { profileKey, profileInWords } from '../refi/profile.ts';
import { createRemarks, Refusal, type Remark } from '../refi/refusal.ts';
import { createScorer } from '../refi/score.ts';
import { openProjectFile, readText, readUnits } from './project-file-service.ts';
import { createSurvey, type Counts, scoredSelections, type Survey } from './survey.ts';

/** How the positions of a file are read. `open`: ways that fit as well and that somebody has to choose among. */
export type ProfileChoice = {
  key: string;
  words: string;
  fits: number;
  of: number;
  reason: string;
  open: { key: string; words: string; example: string }[];
};

export type Preview = {
  name: string;
  origin: string;
  counts: Counts;
  profile: ProfileChoice;
  remarks: Remark[];
};

/** What is in a project, without its texts: for a file that previewProject() has been through before. */
export async function surveyProject(file: string, limit: number): Promise<Survey> {
  const opened = await openProjectFile(file, limit);
  try {
    let survey: ReturnType<typeof createSurvey> | undefined;
    for await (const read of readUnits(opened, createRemarks())) {
      if (read.head) survey = createSurvey(read.head);
      else survey!.add(read.unit, read.container);
    }
    return survey!.survey;
  } finally {
    opened.close();
  }
}

/** Reads all of a project once and changes nothing. Throws a Refusal for what cannot be imported. */
export async function previewProject(
  file: string,
  limit: number,
  progress: (sentence: string) => Promise<void>,
): Promise<{ preview: Preview; survey: Survey }> {
  const opened = await openProjectFile(file, limit);
  const remarks = createRemarks();
  try {
    let survey: ReturnType<typeof createSurvey> | undefined;
    let scorer: ReturnType<typeof createScorer> | undefined;
    let sources = 0;
    for await (const { head, ...read } of readUnits(opened, remarks)) {
      if (head) {
        if (head.root === 'CodeBook')
          throw new Refusal('The file is a codebook, not a project. Import it from the page of a study’s codebook.');
        survey = createSurvey(head);
        scorer = createScorer(head.attributes.origin ?? '');
        continue;
      }
      const { unit, container } = read as { unit: NonNullable<typeof read.unit>; container: string };
      survey!.add(unit, container);
      for (const carrier of carriersOf(unit)) {
        const text = await readText(opened, carrier, remarks);
        if (text) scorer!.add(text, scoredSelections(carrier));
        if (unit.name !== 'Note' && ++sources % 500 === 0)
          await progress(`${sources.toLocaleString('en-GB')} sources read`);
      }
    }
    const { survey: found } = survey!;
    const choice = scorer!.choose();
    return {
      survey: found,
      preview: {
        name: found.name,
        origin: found.origin,
        counts: found.counts,
        profile: {
          key: profileKey(choice.profile),
          words: profileInWords(choice.profile),
          fits: choice.fits,
          of: choice.of,
          reason: choice.reason,
          open: choice.open.map((profile) => ({
            key: profileKey(profile),
            words: profileInWords(profile),
            example: choice.example(profile),
          })),
        },
        remarks: remarks.list(),
      },
    };
  } finally {
    opened.close();
  }
}
