// The words that tell a name from other words with a capital, in lower case and without accents.

const words = (list: string) => new Set(list.split(' '));

export const TITLES = words('mr mrs ms miss mx dr prof professor sir dame rev revd reverend');

// Capitals in the middle of a sentence that name nobody.
export const NO_NAME = words(
  'i ii iii iv monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec christmas easter ramadan eid diwali hanukkah boxing bank new year english british scottish welsh irish polish urdu punjabi hindi bengali arabic french german spanish italian portuguese somali african asian european american indian pakistani chinese caribbean jamaican romanian turkish muslim christian jewish hindu sikh catholic god allah lord england britain uk scotland wales ireland europe africa asia america india pakistan poland north south east west northern southern eastern western facebook google whatsapp zoom skype twitter instagram youtube internet member members worker workers participant participants person staff director manager researcher researchers lead chair people everyone everybody somebody someone nobody one two three four five six seven eight nine ten first second third he she it we you they who what when where why how yes and but so then there here if because both all wifi on tn mn pn ok tv cd pc',
);

// What bodies and groups are called: a capital before one of these names no person.
export const BODIES = words(
  'team group project trust council association service services network centre center house road street hospital clinic surgery college school university society club foundation charity agency forum partnership committee board department office union bank fund programme scheme course course act plan model study church mosque temple party league city town united rovers county borough national university press times guardian mail street day week hall park shop cafe kitchen garden gardens museum library gallery theatre',
);

// First and last names that are common words too: as the first word of a sentence they prove nothing.
export const COMMON = words(
  'abide angel art autumn baron basil bay bill blaze blessing bliss bob brand brown carol chance chase christian clay cliff cole colt constant coral crystal daisy dale dawn day dean dee drew earnest ever eve faith fern forest frank free garnet gay gene ginger glen grace grant gray green grey guy hale hall harmony harry haven hazel heath heather hill holly honor honour hope hunter iris ivory ivy jack jade january jasmine jay jean jet jewel job joy julian august july june april may king lacy lane lark laurel lily long love lucky lyric mac major mark marina mason maverick max melody mercy mike miles miller ming misty nell nick norm olive page parker pat patience patsy pearl penny pepper pet peg phoenix pierce price ray red reed rex rich river rob robin rocky rocket rod rory rose ruby rusty sage sally sandy shade shay short skip sky skye smith snow star sterling stone storm sue summer sunny tad taylor tiny tony trace travis trinity trip tripp trudy ty unity val van vance venus verity victor viola violet wade walker ward warren wells white will win winter wood woods yard young zen',
);

export const DETERMINERS = words(
  'a an the this that these those every each no any some another our your its my his her their',
);

// Whoever stands after one of these is a person. "His friend Olu", "support worker Kasia".
export const PEOPLE = words(
  'brother sister mother father mum mom dad son daughter wife husband partner boyfriend girlfriend friend neighbour neighbor cousin aunt auntie uncle nephew niece grandson granddaughter grandmother grandfather gran nan grandad twin stepson stepdaughter carer worker volunteer colleague manager nurse psychiatrist psychologist therapist counsellor doctor tutor teacher landlord landlady housemate flatmate man woman boy girl lad lady person somebody someone member client',
);

export const MEETING = words(
  'met asked told phoned rang texted emailed thanked hugged greeted interviewed accompanied comforted reassured teased',
);

export const SPEAKING = words(
  'spoke talked chatted sat speak talk chat speaking talking chatting sitting walked waved',
);

// "A man called Zbigniew", but not "a group called Creative Writing".
export const CALLING = words('called named nicknamed');

export const SAYING = words(
  'said says asked asks told tells replied laughed smiled nodded explained explains suggested wondered shrugged whispered sighed cried grinned joked apologised disagreed thinks feels',
);

export const PARTICLES = words('de da di del della der den du la le van von bin ibn al el ap ab o mac mc');

/** Whether a sentence, heading or quotation begins at UTF-16 index `at`. */
export function beginsSentence(text: string, at: number): boolean {
  return (
    /(?:^|[.!?:…\n]["'“”‘’)\]]{0,2})\s{0,5}(?:[-–—•*]\s)?["'“‘([]{0,2}$/u.test(text.slice(Math.max(0, at - 10), at)) ||
    /["“‘]$/u.test(text.slice(Math.max(0, at - 1), at))
  );
}
