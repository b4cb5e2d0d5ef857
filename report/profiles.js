// A page of its own for a target, a product, a sponsor, a country: what, where, how far, since when, who else.
const EXPLORED = new Map([["targets", "Targets"], ["products", "Products"], ["sponsor", "Sponsors"], ["country", "Countries"]]);
const LISTED = 12;
// what a page of a value tells of its trials; a facet is left out of its own page
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
    return [choices, ...(values.length ? this.pages(name, values) : this.all(name))];
  }

  // Every value with its trials, the most frequent first.
  all(name) {
    const facet = this.explorer.facets.get(name);
    const everything = this.explorer.apply({ filters: new Map(), text: "" });
    const counts = this.explorer.counts(facet, everything);
    const shown = facet.values.map((value, place) => ({ value, count: counts[place] })).filter((one) => one.count && one.value !== "unstated").sort((a, b) => b.count - a.count);
    const most = shown[0]?.count ?? 1;
    return [
      make("h1", { tabindex: "-1" }, `${EXPLORED.get(name)}: ${thousands.format(shown.length)}`),
      make("ul", { class: "bars columns" }, shown.map(({ value, count }) => this.bar(value, count, most, exploreAddress(name, value)))),
    ];
  }

  pages(name, values) {
    const shown = values.slice(0, 2);
    return [make("div", { class: `profiles${shown.length > 1 ? " two" : ""}` }, shown.map((value) => this.page(name, value, shown)))];
  }

  page(name, value, shown) {
    const found = this.explorer.withValue(name, value);
    const all = `#trials?${name}=${encodeURIComponent(value)}`;
    if (!found.length) return make("section", {}, make("h1", {}, value), make("p", {}, "No trial of the landscape has this value."));
    return make(
      "section",
      { class: "profile", "aria-label": value },
      make("h1", { dir: "auto" }, value),
      make("p", { class: "lead" }, make("a", { href: all }, plural(found.length, "trial")), `, ${this.share(found, "status", "Recruiting")} recruiting, ${this.share(found, "is_finished", "true")} finished.`),
      this.first(found),
      this.timeline(name, value, found),
      ...TOLD.filter(([told]) => told !== name && this.explorer.facets.has(told)).map(([told, title]) => this.told(name, value, told, title, found)),
      this.compared(name, value, shown),
    );
  }

  share(found, name, value) {
    return thousands.format(found.filter((trial) => this.explorer.valuesOf(name, trial).includes(value)).length);
  }

  // The trial that was first posted before all others; trials are held newest first.
  first(found) {
    const at = (name) => this.explorer.trials[name][found[found.length - 1]];
    return make("p", {}, "First in class: ", make("a", { href: `#trials?open=${at("nct_id")}`, dir: "auto" }, at("brief_title") || at("nct_id")), ` (${[at("registration_year"), at("lead_sponsor_name")].filter(Boolean).join(", ")}).`);
  }

  timeline(name, value, found) {
    const counts = new Map();
    for (const trial of found) {
      const year = this.explorer.trials.registration_year[trial];
      if (year) counts.set(year, (counts.get(year) ?? 0) + 1);
    }
    const years = [...counts.keys()];
    if (!years.length) return null;
    const most = Math.max(...counts.values());
    const span = Array.from({ length: Math.max(...years) - Math.min(...years) + 1 }, (_, place) => Math.min(...years) + place);
    const column = (year) => make("li", { style: `--part:${(counts.get(year) ?? 0) / most}` }, counts.has(year) ? make("a", { href: `#trials?${name}=${encodeURIComponent(value)}&year=${year}`, "aria-label": `${year}: ${plural(counts.get(year), "trial")}` }, make("b", {}, counts.get(year))) : make("b", {}), make("span", {}, year));
    return make("div", {}, make("h2", {}, "First posted"), make("ol", { class: "timeline" }, span.map(column)));
  }

  told(name, value, told, title, found) {
    const facet = this.explorer.facets.get(told);
    const counts = new Map();
    for (const trial of found) for (const code of facet.lists[trial]) counts.set(code, (counts.get(code) ?? 0) + 1);
    const rows = [...counts].map(([code, count]) => ({ code, value: facet.values[code], count })).filter((one) => one.value !== "unstated");
    if (!rows.length) return null;
    rows.sort((a, b) => (facet.ordered ? a.code - b.code : b.count - a.count));
    const most = Math.max(...rows.map((row) => row.count));
    const both = (row) => `#trials?${name}=${encodeURIComponent(value)}&${told}=${encodeURIComponent(row.value)}`;
    const more = rows.length > LISTED ? make("p", { class: "note" }, `and ${thousands.format(rows.length - LISTED)} more`) : null;
    return make("div", {}, make("h2", {}, title), make("ul", { class: "bars" }, rows.slice(0, LISTED).map((row) => this.bar(row.value, row.count, most, EXPLORED.has(told) ? exploreAddress(told, row.value) : "", both(row)))), more);
  }

  bar(value, count, most, page, trials = page) {
    return make("li", { style: `--part:${count / most}` }, page ? make("a", { href: page, dir: "auto" }, value) : make("span", { dir: "auto" }, value), make("a", { class: "count", href: trials, "aria-label": `${value}: ${plural(count, "trial")}` }, thousands.format(count)));
  }

  // Another value to set beside this one.
  compared(name, value, shown) {
    if (shown.length > 1) return make("p", {}, make("a", { class: "quiet", href: exploreAddress(name, shown.find((one) => one !== value) ?? value) }, `without ${value}`));
    const facet = this.explorer.facets.get(name);
    const list = `compare-${name}`;
    const input = make("input", { list, type: "text", autocomplete: "off" });
    input.addEventListener("change", () => {
      if (facet.places.has(input.value)) location.hash = exploreAddress(name, value, input.value);
    });
    return make("p", {}, make("label", {}, "Compare with ", input), make("datalist", { id: list }, facet.values.map((one) => make("option", { value: one }))));
  }
}
