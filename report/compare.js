// Two selections of trials side by side: each number with its share of its own selection, so that sizes do not mislead.
const COMPARED = [["diseases", "Diseases"], ["targets", "Targets"], ["phase", "Phases"], ["status", "Status"], ["country", "Countries"], ["sponsor_type", "Type of lead sponsor"], ["ages", "Ages taken"], ["cell_sources", "Cell sources"], ["year", "First posted"]];
const MOST_COMPARED = 10;

// What stands above the list: set this selection beside another, or both side by side once one is set.
function besideTools(explorer, state) {
  const plain = { ...state, sort: "", beside: "", open: "" };
  if (!state.beside) return [make("a", { class: "quiet", href: addressOf({ ...state, beside: queryOf(plain) || "text=", open: "" }) }, "Compare with …")];
  const other = readSelection(state.beside);
  const isSame = queryOf(other) === queryOf(plain);
  const away = make("a", { class: "quiet", href: addressOf({ ...state, beside: "" }) }, "no comparison");
  if (isSame) return [make("span", { class: "note" }, "Set beside: ", make("b", {}, titleOf(explorer, other)), ". Now change the filters to the other selection. ", away)];
  return [make("span", {}, make("a", { class: "button", href: compareAddress(other, plain) }, `Side by side with ${titleOf(explorer, other)}`), " ", away)];
}

function titleOf(explorer, state) {
  const said = explorer.chosen(state).map(({ title, said: value }) => `${title} ${value}`);
  if (state.text) said.push(`“${state.text}”`);
  return said.join(", ") || "all trials";
}

class Comparison {
  constructor(explorer) {
    this.explorer = explorer;
  }

  // `titles` name the selections where their filters would be longer words for the same.
  elements(selections, titles = selections.map((one) => titleOf(this.explorer, one))) {
    const sides = selections.slice(0, 2).map((state, place) => ({ state, title: titles[place], found: this.explorer.select(state) }));
    if (sides.length < 2) return [make("p", {}, "Two selections can be compared: filter the list of trials, press “Compare with …”, and filter again.")];
    const both = sides[0].found.filter((trial) => new Set(sides[1].found).has(trial)).length;
    return [
      make("h1", { tabindex: "-1" }, sides[0].title, make("small", {}, " beside "), sides[1].title),
      make("p", { class: "lead" }, sides.flatMap((side, place) => [place ? " and " : "", make("a", { href: addressOf(side.state) }, plural(side.found.length, "trial"))]), both ? `; ${thousands.format(both)} of them in both` : "", ". Shares are of each selection."),
      make("div", { class: "told" }, COMPARED.map(([name, title]) => this.table(name, title, sides))),
    ];
  }

  table(name, title, sides) {
    const facet = this.explorer.facets.get(name);
    if (!facet) return null;
    const counts = sides.map((side) => this.counted(facet, side.found));
    const share = (code, place) => (counts[place].get(code) ?? 0) / Math.max(1, sides[place].found.length);
    let codes = [...new Set(counts.flatMap((one) => [...one.keys()]))].filter((code) => facet.values[code] !== "unstated");
    const largest = (code) => Math.max(share(code, 0), share(code, 1));
    codes.sort((a, b) => largest(b) - largest(a));
    const left = name === "year" ? 0 : Math.max(0, codes.length - MOST_COMPARED);
    codes = codes.slice(0, codes.length - left);
    if (!codes.length) return null;
    if (facet.ordered) codes.sort((a, b) => a - b);
    const most = Math.max(...codes.map(largest));
    const cell = (code, place) => this.cell(sides[place], name, facet.values[code], counts[place].get(code) ?? 0, share(code, place) / most);
    const row = (code) => make("tr", {}, make("th", { scope: "row", dir: "auto" }, facet.values[code], make("small", {}, ` ${this.explorer.nameOf(name, facet.values[code])}`)), cell(code, 0), cell(code, 1));
    return make(
      "section",
      {},
      make("h2", {}, title),
      make("table", { class: "beside" }, make("thead", {}, make("tr", {}, make("td", {}), sides.map((side) => make("th", { scope: "col" }, side.title)))), make("tbody", {}, codes.map(row))),
      left ? make("p", { class: "note" }, `and ${thousands.format(left)} more`) : null,
    );
  }

  counted(facet, found) {
    const counts = new Map();
    for (const trial of found) for (const code of facet.lists[trial]) counts.set(code, (counts.get(code) ?? 0) + 1);
    return counts;
  }

  // A number, its share as a bar, and its trials; a filter on the same facet would widen the selection, not narrow it.
  cell(side, name, value, count, part) {
    if (!count) return make("td", { style: "--part:0" }, "0");
    const percent = (100 * count) / side.found.length;
    const said = `${thousands.format(count)} · ${percent < 1 ? "<1" : Math.round(percent)}%`;
    const shown = !side.state.filters.has(name) ? make("a", { href: addressOf({ ...side.state, filters: new Map([...side.state.filters, [name, [value]]]) }) }, said) : said;
    return make("td", { style: `--part:${part}` }, shown);
  }
}
