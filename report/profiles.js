// A page of its own for a target, a product, a sponsor, a country: what, where, how far, since when, who else.
const EXPLORED = new Map([["targets", "Targets"], ["diseases", "Diseases"], ["products", "Products"], ["sponsor", "Sponsors"], ["country", "Countries"], ["city", "Cities"]]);
const LISTED = 12;
// what a page of a value tells of its trials
const TOLD = [["diseases", "Diseases"], ["targets", "Targets"], ["phase", "Phases"], ["status", "Status"], ["country", "Countries"], ["city", "Cities"], ["sponsor", "Sponsors and collaborators"], ["products", "Products"]];

class Profiles {
  constructor(explorer) {
    this.explorer = explorer;
    this.known = [...EXPLORED.keys()].filter((name) => explorer.facets.has(name));
  }

  elements({ facet, values }) {
    const name = this.known.includes(facet) ? facet : this.known[0];
    const choices = make("nav", { class: "kinds", "aria-label": "Kinds" }, this.known.map((one) => make("a", { href: exploreAddress(one), "aria-current": one === name ? "page" : undefined }, EXPLORED.get(one))));
    if (!name) return [make("p", {}, "This landscape holds no trial.")];
    if (!values.length) return [choices, ...this.all(name)];
    if (values.length === 1) return [choices, this.page(name, values[0])];
    const two = values.slice(0, 2);
    return [choices, ...new Comparison(this.explorer).elements(two.map((value) => selectionOf([[name, [value]]])), two)];
  }

  // Every value with its trials, the most frequent first.
  all(name) {
    const facet = this.explorer.facets.get(name);
    const counts = this.explorer.counts(facet, this.explorer.apply(selectionOf([])));
    const shown = facet.values.map((value, place) => ({ value, count: counts[place] })).filter((one) => one.count && one.value !== "unstated").sort((a, b) => b.count - a.count);
    const most = shown[0]?.count ?? 1;
    return [
      make("h1", { tabindex: "-1" }, `${EXPLORED.get(name)}: ${thousands.format(shown.length)}`),
      make("ul", { class: "bars columns" }, shown.map(({ value, count }) => this.bar(name, value, count, most, exploreAddress(name, value), addressOf(selectionOf([[name, [value]]]))))),
    ];
  }

  page(name, value) {
    const selection = selectionOf([[name, [value]]]);
    const found = this.explorer.select(selection);
    if (!found.length) return make("section", {}, make("h1", {}, value), make("p", {}, "No trial of the landscape has this value."));
    const full = this.explorer.nameOf(name, value);
    return make(
      "section",
      { class: "profile", "aria-label": value },
      make("h1", { dir: "auto", tabindex: "-1" }, value, full ? make("small", {}, ` ${full}`) : null),
      make("p", { class: "lead" }, make("a", { href: addressOf(selection) }, plural(found.length, "trial")), `, ${this.share(found, "status", "Recruiting")} recruiting, ${this.share(found, "is_finished", "true")} finished.`),
      this.first(name, found),
      this.firstInClass(name, value),
      this.timeline(selection, found),
      this.map(name, value, found),
      make("div", { class: "told" }, TOLD.filter(([told]) => this.explorer.facets.has(told)).map(([told, title]) => this.told(name, value, told, title, found))),
      this.compared(name, value),
    );
  }

  share(found, name, value) {
    return thousands.format(found.filter((trial) => this.explorer.valuesOf(name, trial).includes(value)).length);
  }

  // The trial that was first posted before all others; trials are held newest first, those without a day last.
  first(name, found) {
    const { nct_id, brief_title, registration_year, lead_sponsor_name } = this.explorer.trials;
    const trial = found.findLast((one) => registration_year[one]);
    if (trial === undefined) return null;
    return make("p", {}, name === "targets" ? "First in class: " : "First trial: ", make("a", { href: `#trials?open=${nct_id[trial]}`, dir: "auto" }, brief_title[trial] || nct_id[trial]), ` (${[registration_year[trial], lead_sponsor_name[trial]].filter(Boolean).join(", ")}).`);
  }

  // For a sponsor or a place: the targets whose very first trial was one of its own.
  firstInClass(name, value) {
    if (!["sponsor", "country", "city"].includes(name)) return null;
    const targets = this.explorer.facets.get("targets");
    const earliest = new Map();
    for (const trial of this.explorer.select(selectionOf([]))) {
      if (this.explorer.trials.registration_year[trial]) for (const code of targets.lists[trial]) earliest.set(code, trial);
    }
    const own = [...earliest].filter(([code, trial]) => targets.values[code] !== "unstated" && this.explorer.valuesOf(name, trial).includes(value));
    if (!own.length) return null;
    const links = own.slice(0, LISTED).flatMap(([code, trial], place) => [place ? ", " : "", make("a", { href: `#trials?open=${this.explorer.trials.nct_id[trial]}` }, targets.values[code])]);
    return make("p", {}, "First in class against ", links, own.length > LISTED ? ` and ${own.length - LISTED} more` : "", ".");
  }

  timeline(selection, found) {
    const counts = new Map();
    for (const trial of found) {
      const year = this.explorer.trials.registration_year[trial];
      if (year) counts.set(year, (counts.get(year) ?? 0) + 1);
    }
    const years = [...counts.keys()];
    if (!years.length) return null;
    const most = Math.max(...counts.values());
    const span = Array.from({ length: Math.max(...years) - Math.min(...years) + 1 }, (_, place) => Math.min(...years) + place);
    const of = (year) => addressOf({ ...selection, filters: new Map([...selection.filters, ["year", [String(year)]]]) });
    const column = (year) => make("li", { style: `--part:${(counts.get(year) ?? 0) / most}` }, counts.has(year) ? make("a", { href: of(year), "aria-label": `${year}: ${plural(counts.get(year), "trial")}` }, make("b", {}, counts.get(year))) : make("b", {}), make("span", {}, year));
    return make("div", {}, make("h2", {}, "First posted"), make("ol", { class: "timeline" }, span.map(column)));
  }

  // Trials of the selection by the values of another facet; a country's page lists its own cities.
  rows(name, value, told, found) {
    const facet = this.explorer.facets.get(told);
    const counts = new Map();
    for (const trial of found) for (const code of facet.lists[trial]) counts.set(code, (counts.get(code) ?? 0) + 1);
    const isAsked = (one) => one !== "unstated" && !(told === name && one === value) && !(told === "city" && name === "country" && !one.endsWith(`, ${value}`));
    const rows = [...counts].map(([code, count]) => ({ code, value: facet.values[code], count })).filter((row) => isAsked(row.value));
    return rows.sort((a, b) => (facet.ordered ? a.code - b.code : b.count - a.count));
  }

  map(name, value, found) {
    if (!this.explorer.facets.has("city") || name === "city") return null;
    const ofCity = (city) => addressOf(selectionOf([[name, [value]], ["city", [city]]]));
    return siteMap(this.explorer, this.rows(name, value, "city", found), ofCity);
  }

  told(name, value, told, title, found) {
    const rows = this.rows(name, value, told, found);
    if (!rows.length) return null;
    const most = Math.max(...rows.map((row) => row.count));
    const both = (row) => (told === name ? "" : addressOf(selectionOf([[name, [value]], [told, [row.value]]])));
    const page = (row) => (EXPLORED.has(told) ? exploreAddress(told, row.value) : "");
    const bars = (some) => make("ul", { class: "bars" }, some.map((row) => this.bar(told, row.value, row.count, most, page(row), both(row))));
    const more = rows.length > LISTED ? make("details", { class: "how" }, make("summary", {}, `${thousands.format(rows.length - LISTED)} more`), bars(rows.slice(LISTED))) : null;
    return make("section", {}, make("h2", {}, told === name ? `In the same trials` : title), bars(rows.slice(0, LISTED)), more);
  }

  bar(name, value, count, most, page, trials) {
    const full = this.explorer.nameOf(name, value);
    const label = page ? make("a", { href: page, dir: "auto" }, value) : make("span", { dir: "auto" }, value);
    const number = trials ? make("a", { class: "count", href: trials, "aria-label": `${value}: ${plural(count, "trial")}` }, thousands.format(count)) : make("span", { class: "count" }, thousands.format(count));
    return make("li", { style: `--part:${count / most}` }, make("span", {}, label, full ? make("small", {}, ` ${full}`) : null), number);
  }

  // Another value to set beside this one.
  compared(name, value) {
    const facet = this.explorer.facets.get(name);
    const list = `compare-${name}`;
    const input = make("input", { list, type: "text", autocomplete: "off" });
    input.addEventListener("change", () => {
      if (facet.places.has(input.value)) location.hash = exploreAddress(name, value, input.value);
    });
    return make("p", { class: "compared" }, make("label", {}, "Compare with ", input), make("datalist", { id: list }, facet.values.map((one) => make("option", { value: one, label: this.explorer.nameOf(name, one) || undefined }))));
  }
}
