// What a searched word may stand for: spellings of the vocabularies, names of codes, and other words for them.
const FEWEST_LETTERS = 2;
const SAID_MEANINGS = 6;

class Search {
  constructor(synonyms, facets) {
    this.synonyms = synonyms;
    this.facets = facets;
  }

  // The words searched for, each with the labels that it is a spelling of: Kymriah stands for tisagenlecleucel.
  termsOf(text) {
    const whole = text.trim();
    const meant = this.meantBy(whole);
    if (meant.length) return [{ text: whole.toLowerCase(), meant }];
    return whole.split(/\s+/).filter(Boolean).map((word) => ({ text: word.toLowerCase(), meant: this.meantBy(word) }));
  }

  // Facets and codes of values that a text names.
  meantBy(text) {
    if (text.length < FEWEST_LETTERS) return [];
    const wanted = text.toLowerCase();
    const spelled = this.patterns().filter(({ pattern }) => pattern.exec(text)?.[0] === text);
    const named = this.named().filter(({ words }) => words.includes(` ${wanted} `));
    return [...new Map([...spelled, ...named].map(({ facet, code }) => [`${facet.name} ${code}`, [facet, code]])).values()];
  }

  patterns() {
    this.compiled ??= this.synonyms.flatMap(([name, value, pattern, isCased]) => {
      const facet = this.facets.get(name);
      const code = facet?.places.get(value);
      try {
        return code === undefined ? [] : [{ facet, code, pattern: new RegExp(pattern, isCased ? "" : "i") }];
      } catch {
        return []; // a pattern that only the curation's engine reads
      }
    });
    return this.compiled;
  }

  // Each value that has other words, with all of them between blanks, so that whole words are found.
  named() {
    this.words ??= [...this.facets.values()].flatMap((facet) =>
      (facet.searched ?? []).flatMap((words, code) => (words ? [{ facet, code, words: ` ${`${facet.values[code]} ${words}`.toLowerCase().replaceAll(/[|,:;()]/g, " ")} ` }] : [])),
    );
    return this.words;
  }

  // The labels that a text stands for, in words.
  said(text) {
    const meanings = [...new Set(this.termsOf(text).flatMap(({ meant }) => meant.map(([facet, code]) => `${facet.title} ${facet.values[code]}`)))];
    const more = meanings.length > SAID_MEANINGS ? ` and ${meanings.length - SAID_MEANINGS} more` : "";
    return meanings.length ? `also labelled ${meanings.slice(0, SAID_MEANINGS).join(", ")}${more}` : "";
  }
}
