import { en, en_GH, en_IN, en_NG, en_ZA, es, fr, it, pl, pt_PT, ro } from '@faker-js/faker';
import type { LocaleDefinition } from '@faker-js/faker';

// What the lists of the package lack and is heard in England, Wales, Scotland and Ireland; and short forms.
const ALSO =
  'Aisling Alfie Aled Alun Angharad Aoife Archie Barney Bev Bronwen Cerys Ciara Ciaran Declan Deb Debs Dilys Dylan Eilidh Eithne Eoin Fergus Fiona Fliss Gareth Gaynor Geraint Gerry Glenys Glyn Graeme Gwen Gwyneth Hamish Hamza Hassan Iain Imogen Imran Ines Ioan Iwan Jez Kasia Gosia Basia Ania Tomek Piotrek Wojtek Kev Khadija Kieran Lachlan Lesley Lindsey Maeve Mairead Maureen Mhairi Mick Mohammad Mohamed Muhammad Nasreen Niamh Niall Nige Nigel Oisin Olu Oluwaseun Padraig Parveen Rhiannon Rhys Roisin Ronan Saoirse Shaz Shazia Sheila Sinead Sian Siobhan Tarquin Tamsin Tariq Tegan Tomasz Trev Wayne Wei Wyn Yusuf Zainab Zbigniew'.split(
    ' ',
  );

// In the lists, and far oftener another word or a place.
const RATHER_NOT = new Set(
  'al art asan baby ca can case china constant dan-o della delta desire destiny devi divine do else ed esta general given gift han idea in is justice la lake london major meta mine miss modest nil nine no ok param paris precious princess prince promise queen rain ram rome salvo san secondo server so son star sun ta una unique university valid valente van vita'.split(
    ' ',
  ),
);

const LOCALES: LocaleDefinition[] = [en, en_GH, en_IN, en_NG, en_ZA, es, fr, it, pl, pt_PT, ro];

const names = new Set(
  [...LOCALES.flatMap(({ person }) => Object.values(person?.first_name ?? {}).flatMap((list) => list ?? [])), ...ALSO]
    .map((name) =>
      name
        .normalize('NFD')
        .replaceAll(/[\p{M}'’]/gu, '')
        .toLowerCase(),
    )
    .filter((name) => /^\p{L}{2,}$/u.test(name) && !RATHER_NOT.has(name)),
);

/** Whether a word in lower case and without accents is a first name that people bear in Britain. */
export function isFirstName(plain: string): boolean {
  return names.has(plain);
}
