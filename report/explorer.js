// The list of trials: filters in the browser, over an index of every trial that the page holds.
const STEP = 50;
const SHOWN_VALUES = 8;

class Explorer {
  constructor(index) {
    this.index = index;
    this.trials = index.trials;
    this.size = this.trials.nct_id.length;
    this.facets = new Map(index.facets.map((facet) => [facet.name, this.prepared(facet)]));
    this.texts = this.trials.nct_id.map((_, trial) => this.searchable(trial));
    this.limit = STEP;
    this.searches = new Map();
  }

  prepared(facet) {
    const lists = facet.codes.map((codes) => (Array.isArray(codes) ? codes : [codes]));
    return { ...facet, lists, places: new Map(facet.values.map((value, place) => [value, place])) };
  }

  searchable(trial) {
    const { nct_id, brief_title, acronym } = this.trials;
    const named = ["targets", "diseases", "products", "sponsor"].flatMap((name) => this.valuesOf(name, trial));
    return [nct_id[trial], brief_title[trial], acronym[trial], this.index.words[trial], ...named].join(" ").toLowerCase();
  }

  valuesOf(name, trial) {
    const facet = this.facets.get(name);
    return facet ? facet.lists[trial].map((code) => facet.values[code]) : [];
  }

  // Which values of a facet a filter lets pass; '!unstated' lets all others pass.
  wanted(facet, values) {
    const passes = new Uint8Array(facet.values.length);
    for (const value of values) {
      if (value.startsWith("!")) facet.values.forEach((one, place) => (passes[place] |= one !== value.slice(1)));
      else if (facet.places.has(value)) passes[facet.places.get(value)] = 1;
    }
    return passes;
  }

  filtersOf(state) {
    const filters = new Map(state.filters);
    if (!filters.has("screening")) filters.set("screening", [this.index.included]);
    return [...filters].filter(([name, values]) => this.facets.has(name) && !values.includes("*"));
  }

  // For each trial how many filters it fails, and which was the last of them.
  apply(state) {
    const fails = new Uint8Array(this.size);
    const failed = new Array(this.size).fill("");
    for (const [name, values] of this.filtersOf(state)) {
      const facet = this.facets.get(name);
      const passes = this.wanted(facet, values);
      for (let trial = 0; trial < this.size; trial++) {
        if (!facet.lists[trial].some((code) => passes[code])) {
          fails[trial] += 1;
          failed[trial] = name;
        }
      }
    }
    const terms = this.termsOf(state.text);
    if (terms.length) {
      for (let trial = 0; trial < this.size; trial++) {
        if (!terms.every((term) => this.texts[trial].includes(term.text) || term.meant.some(([facet, code]) => facet.lists[trial].includes(code)))) {
          fails[trial] += 1;
          failed[trial] = "text";
        }
      }
    }
    return { fails, failed };
  }

  // The words searched for, each with the labels that it is a spelling of: Kymriah stands for tisagenlecleucel.
  termsOf(text) {
    const whole = text.trim();
    const meant = this.meantBy(whole);
    if (meant.length) return [{ text: whole.toLowerCase(), meant }];
    return whole.split(/\s+/).filter(Boolean).map((word) => ({ text: word.toLowerCase(), meant: this.meantBy(word) }));
  }

  meantBy(text) {
    this.synonyms ??= this.index.synonyms.flatMap(([name, value, pattern, isCased]) => {
      const facet = this.facets.get(name);
      const code = facet?.places.get(value);
      try {
        return code === undefined ? [] : [{ facet, code, pattern: new RegExp(pattern, isCased ? "" : "i") }];
      } catch {
        return []; // a pattern that only the curation's engine reads
      }
    });
    return text.length < 2 ? [] : this.synonyms.filter(({ pattern }) => pattern.exec(text)?.[0] === text).map(({ facet, code }) => [facet, code]);
  }

  meanings(text) {
    const named = this.termsOf(text).flatMap(({ meant }) => meant.map(([facet, code]) => `${facet.title} ${facet.values[code]}`));
    return [...new Set(named)];
  }

  // Trials of each value of a facet, its own filter left aside.
  counts(facet, { fails, failed }) {
    const counts = new Uint32Array(facet.values.length);
    for (let trial = 0; trial < this.size; trial++) {
      if (fails[trial] === 0 || (fails[trial] === 1 && failed[trial] === facet.name)) {
        for (const code of facet.lists[trial]) counts[code] += 1;
      }
    }
    return counts;
  }

  sorted(found, sort) {
    const { brief_title, enrollment_count } = this.trials;
    if (sort === "oldest") return found.reverse();
    if (sort === "title") return found.sort((a, b) => (brief_title[a] ?? "").localeCompare(brief_title[b] ?? ""));
    if (sort === "enrollment") return found.sort((a, b) => (enrollment_count[b] ?? -1) - (enrollment_count[a] ?? -1));
    return found;
  }

  // The query that lists the same trials in DuckDB.
  sql(state) {
    const quoted = (value) => `'${value.replaceAll("'", "''")}'`;
    const tests = [`trials.snapshot_id = ${quoted(this.index.snapshot)}`];
    for (const [name, values] of this.filtersOf(state)) {
      if (name === "screening" && values.length === 1 && values[0] === this.index.included) {
        tests.push("trials.is_in_cohort");
        continue;
      }
      const facet = this.facets.get(name);
      const plain = values.filter((value) => !value.startsWith("!") && value !== "unstated");
      const parts = plain.length ? [facet.sql.replace("{values}", () => plain.map(quoted).join(", "))] : [];
      if (values.includes("unstated")) parts.push(facet.unstated);
      if (values.includes("!unstated")) parts.push(`not (${facet.unstated})`);
      tests.push(parts.length > 1 ? `(${parts.join(" or ")})` : parts[0]);
    }
    const note = state.text ? "-- the words searched for are not part of this query\n" : "";
    return `${note}select trials.nct_id, trials.brief_title, trials.phase, trials.status\nfrom core.trials as trials\nwhere ${tests.join("\n  and ")}\norder by trials.first_posted_date desc nulls last, trials.nct_id desc`;
  }

  show(state) {
    const began = performance.now();
    const result = this.apply(state);
    const found = [];
    for (let trial = 0; trial < this.size; trial++) if (result.fails[trial] === 0) found.push(trial);
    this.found = this.sorted(found, state.sort);
    this.state = state;
    this.result = result;
    this.limit = STEP;
    document.getElementById("found").textContent = plural(found.length, "trial");
    document.getElementById("text").value = state.text;
    document.getElementById("sort").value = state.sort;
    const meanings = state.text ? this.meanings(state.text) : [];
    document.getElementById("meant").textContent = meanings.length ? `also labelled ${meanings.join(", ")}` : "";
    document.getElementById("sql").textContent = this.sql(state);
    this.showChosen();
    this.showFacets();
    this.showList();
    document.documentElement.dataset.filterMilliseconds = (performance.now() - began).toFixed(1);
  }

  showChosen() {
    const chips = [];
    for (const [name, values] of this.state.filters) {
      const title = this.facets.get(name)?.title ?? name;
      for (const value of values) {
        const shown = value.startsWith("!") ? `not ${value.slice(1)}` : value === "*" ? "any" : value;
        const away = addressOf(toggled(this.state, name, value));
        chips.push(make("a", { class: "chip", href: away, "aria-label": `remove filter ${title}: ${shown}` }, `${title}: `, make("b", {}, shown), " ×"));
      }
    }
    if (chips.length > 1) chips.push(make("a", { class: "quiet", href: "#trials?" }, "clear all"));
    document.getElementById("chosen").replaceChildren(...chips);
  }

  showFacets() {
    const list = document.getElementById("facet-list");
    if (!list.children.length) {
      const more = make("details", { class: "facet-more" }, make("summary", {}, "More filters"));
      for (const facet of this.facets.values()) (facet.main ? list : more).append(this.facetElement(facet));
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
    const facet = this.facets.get(element.dataset.facet);
    const chosen = new Set(this.state.filters.get(facet.name) ?? []);
    element.querySelector(".picked").textContent = chosen.size ? ` ${chosen.size}` : "";
    if (!element.open) return;
    const counts = this.counts(facet, this.result);
    const typed = this.searches.get(facet.name) ?? "";
    let values = facet.values.map((value, place) => ({ value, count: counts[place], isChosen: chosen.has(value) }));
    if (!facet.ordered) values.sort((a, b) => b.isChosen - a.isChosen || b.count - a.count);
    values = values.filter((one) => one.isChosen || (one.count && one.value.toLowerCase().includes(typed)));
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
    box.addEventListener("change", () => (location.hash = addressOf(toggled(this.state, facet.name, value))));
    return make("li", {}, make("label", {}, box, make("span", { dir: "auto" }, value), make("b", {}, thousands.format(count))));
  }

  // Trials of the landscape that have a value of a facet, newest first.
  withValue(name, value) {
    const state = { filters: new Map([[name, [value]]]), text: "" };
    const { fails } = this.apply(state);
    return [...fails.keys()].filter((trial) => fails[trial] === 0);
  }

  showList() {
    const rows = this.found.slice(0, this.limit).map((trial) => this.row(trial));
    const empty = make("li", { class: "empty" }, this.size ? "No trial passes these filters." : "This landscape holds no trial.");
    document.getElementById("list").replaceChildren(...(rows.length ? rows : [empty]));
    const further = document.getElementById("further");
    further.hidden = this.found.length <= this.limit;
    further.textContent = `Show ${Math.min(STEP * 4, this.found.length - this.limit)} more`;
  }

  row(trial) {
    const at = (name) => this.trials[name][trial];
    const nct = at("nct_id");
    const address = addressOf({ ...this.state, open: nct });
    const marks = [...this.valuesOf("targets", trial), ...this.valuesOf("diseases", trial)].filter((value) => value !== "unstated");
    const facts = [nct, at("phase"), at("status"), at("registration_year"), at("lead_sponsor_name")].filter(Boolean);
    const current = this.state.open === nct ? "true" : undefined;
    return make("li", { "data-nct": nct, "aria-current": current }, make("a", { href: address, dir: "auto" }, at("brief_title") || nct), make("p", { class: "note", dir: "auto" }, facts.join(" · ")), marks.length ? make("p", { class: "marks" }, marks.slice(0, 8).map((mark) => make("span", {}, mark))) : null);
  }

  more() {
    this.limit += STEP * 4;
    this.showList();
  }

  csv() {
    const columns = Object.keys(this.trials);
    const cell = (value) => {
      const text = value === null ? "" : String(value);
      return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
    };
    const named = ["targets", "diseases"];
    const lines = provenance(this.index.source).map((line) => `# ${line}`);
    lines.push([...columns, ...named].map(cell).join(","));
    for (const trial of this.found) {
      const facts = columns.map((name) => cell(this.trials[name][trial]));
      lines.push([...facts, ...named.map((name) => cell(this.valuesOf(name, trial).join("|")))].join(","));
    }
    return "\ufeff" + lines.join("\r\n") + "\r\n";
  }
}
