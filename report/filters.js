// The filters beside the list: for each facet its values with the trials that they would leave.
const SHOWN_VALUES = 8;

class Filters {
  constructor(explorer) {
    this.explorer = explorer;
    this.searches = new Map();
  }

  show() {
    const list = document.getElementById("facet-list");
    if (!list.children.length) {
      const more = make("details", { class: "facet-more" }, make("summary", {}, "More filters"));
      for (const facet of this.explorer.facets.values()) (facet.main ? list : more).append(this.facetElement(facet));
      list.append(more);
    }
    for (const element of list.querySelectorAll("details.facet")) this.fillFacet(element);
  }

  facetElement(facet) {
    const element = make("details", { class: "facet", "data-facet": facet.name }, make("summary", {}, facet.title, make("span", { class: "picked" })), make("div", {}));
    element.open = facet.main && ["targets", "disease_groups", "phase"].includes(facet.name);
    element.addEventListener("toggle", () => this.fillFacet(element));
    return element;
  }

  fillFacet(element) {
    const facet = this.explorer.facets.get(element.dataset.facet);
    const chosen = new Set(this.explorer.state.filters.get(facet.name) ?? []);
    element.querySelector(".picked").textContent = chosen.size ? ` ${chosen.size}` : "";
    if (!element.open) return;
    const counts = this.explorer.counts(facet, this.explorer.result);
    const typed = this.searches.get(facet.name) ?? "";
    let values = facet.values.map((value, place) => ({ value, count: counts[place], isChosen: chosen.has(value) }));
    if (!facet.ordered) values.sort((a, b) => b.isChosen - a.isChosen || b.count - a.count);
    values = values.filter((one) => one.isChosen || (one.count && this.words(facet, one.value).includes(typed)));
    const limit = element.dataset.all ? values.length : Math.max(SHOWN_VALUES, chosen.size);
    const body = element.lastElementChild;
    if (!body.children.length) body.append(this.facetSearch(facet, element), make("ul"), make("button", { type: "button", class: "quiet", onclick: () => { element.dataset.all = "yes"; this.fillFacet(element); } }));
    body.children[1].replaceChildren(...values.slice(0, limit).map((one) => this.option(facet, one)));
    body.children[2].hidden = values.length <= limit;
    body.children[2].textContent = `all ${values.length}`;
  }

  facetSearch(facet, element) {
    const input = make("input", { type: "search", placeholder: `find ${facet.title}`, "aria-label": `find ${facet.title}` });
    input.hidden = facet.values.length <= 2 * SHOWN_VALUES;
    input.addEventListener("input", () => {
      this.searches.set(facet.name, input.value.toLowerCase());
      this.fillFacet(element);
    });
    return input;
  }

  option(facet, { value, count, isChosen }) {
    const box = make("input", { type: "checkbox", value });
    box.checked = isChosen;
    box.addEventListener("change", () => (location.hash = addressOf(toggled(this.explorer.state, facet.name, value))));
    return make("li", {}, make("label", {}, box, make("span", { dir: "auto" }, value, make("small", {}, this.explorer.nameOf(facet.name, value))), make("b", {}, thousands.format(count))));
  }

  // What the search within a filter looks through: the value, its name and other words for it.
  words(facet, value) {
    return `${value} ${this.explorer.nameOf(facet.name, value)} ${facet.searched?.[facet.places.get(value)] ?? ""}`.toLowerCase();
  }
}
