// The list of trials: filters in the browser, over an index of every trial that the page holds.
const STEP = 50;

class Explorer {
  constructor(index) {
    this.index = index;
    this.trials = index.trials;
    this.size = this.trials.nct_id.length;
    this.facets = new Map(index.facets.map((facet) => [facet.name, this.prepared(facet)]));
    this.texts = this.trials.nct_id.map((_, trial) => this.searchable(trial));
    this.limit = STEP;
    this.search = new Search(index.synonyms, this.facets);
    this.filters = new Filters(this);
  }

  prepared(facet) {
    const lists = facet.codes.map((codes) => (Array.isArray(codes) ? codes : [codes]));
    const named = new Map((facet.names ?? []).flatMap((name, place) => (name ? [[facet.values[place], name]] : [])));
    return { ...facet, lists, named, places: new Map(facet.values.map((value, place) => [value, place])) };
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
    const terms = this.search.termsOf(state.text);
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
    document.getElementById("meant").textContent = this.search.said(state.text);
    document.getElementById("sql").textContent = this.sql(state);
    this.showChosen();
    this.filters.show();
    this.showList();
    document.documentElement.dataset.filterMilliseconds = (performance.now() - began).toFixed(1);
  }

  showChosen() {
    const chips = this.chosen(this.state).map(({ name, value, title, said }) =>
      make("a", { class: "chip", href: addressOf(toggled(this.state, name, value)), "aria-label": `remove filter ${title}: ${said}` }, `${title}: `, make("b", {}, said), " ×"),
    );
    if (chips.length > 1) chips.push(make("a", { class: "quiet", href: addressOf({ ...selectionOf([]), beside: this.state.beside }) }, "clear all"));
    document.getElementById("chosen").replaceChildren(...chips);
    document.getElementById("beside").replaceChildren(...besideTools(this, this.state));
  }

  // Trials that pass the filters and words of a state, newest first.
  select(state) {
    const { fails } = this.apply(state);
    return [...fails.keys()].filter((trial) => fails[trial] === 0);
  }

  // A value as a reader finds it: a code with what it stands for.
  nameOf(name, value) {
    const facet = this.facets.get(name);
    return facet?.named.get(value) ?? "";
  }

  shown(name, value) {
    const full = this.nameOf(name, value);
    return full ? `${value} (${full})` : value;
  }

  // The chosen filters in words, each with its facet.
  chosen(state) {
    const said = (name, value) => (value.startsWith("!") ? `not ${value.slice(1)}` : value === "*" ? "any" : this.shown(name, value));
    return [...state.filters].flatMap(([name, values]) => values.map((value) => ({ name, value, title: this.facets.get(name)?.title ?? name, said: said(name, value) })));
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
    const marks = ["targets", "diseases"].flatMap((name) => this.valuesOf(name, trial).filter((value) => value !== "unstated").map((value) => [name, value]));
    const facts = [nct, at("phase"), at("status"), at("registration_year"), at("lead_sponsor_name")].filter(Boolean);
    const current = this.state.open === nct ? "true" : undefined;
    return make("li", { "data-nct": nct, "aria-current": current }, make("a", { href: address, dir: "auto" }, at("brief_title") || nct), make("p", { class: "note", dir: "auto" }, facts.join(" · ")), marks.length ? make("p", { class: "marks" }, marks.slice(0, 8).map(([name, value]) => make("span", {}, value, make("small", {}, this.nameOf(name, value))))) : null);
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
    const named = [["targets", "target_names"], ["diseases", "disease_names"]];
    const lines = provenance(this.index.source).map((line) => `# ${line}`);
    lines.push([...columns, ...named.flat()].map(cell).join(","));
    for (const trial of this.found) {
      const facts = columns.map((name) => this.trials[name][trial]);
      const labels = named.flatMap(([name]) => [this.valuesOf(name, trial), this.valuesOf(name, trial).map((value) => this.nameOf(name, value) || value)]);
      lines.push([...facts, ...labels.map((values) => values.join("|"))].map(cell).join(","));
    }
    return "\ufeff" + lines.join("\r\n") + "\r\n";
  }
}
