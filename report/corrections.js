// A reader who sees a wrong label writes the signed row that `cartscape review import` takes.
class Corrections {
  constructor(index) {
    this.columns = index.decision_columns;
    this.fixed = index.fixed_values;
    this.facets = new Map(index.facets.map((facet) => [facet.name, facet]));
    this.key = "cartscape corrections";
    this.rows = this.kept();
    this.reviewer = "";
  }

  // Kept in the browser where it allows that, else until the page closes.
  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "[]");
    } catch {
      return [];
    }
  }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.rows));
    } catch {
      /* the rows stay in memory */
    }
    this.show();
  }

  open(section, nct, facet, values) {
    section.querySelector("form")?.remove();
    const known = this.fixed[facet.name] ?? this.facets.get(facet.name).values;
    const list = `known-${facet.name}`;
    const field = (label, name, properties) => make("label", {}, label, make("input", { name, autocomplete: "off", ...properties }));
    const form = make(
      "form",
      { class: "correction" },
      make("p", { class: "note" }, `Now: ${values.join("|")}. Several values are joined by |; an empty cell means unstated.`),
      field("Right value", "new_value", { list, placeholder: values.join("|") }),
      make("datalist", { id: list }, known.map((value) => make("option", { value }))),
      field("Reason", "reason", { required: true }),
      field("Source", "source", { placeholder: "the registry's field, a paper, a page" }),
      field("Your name", "reviewer", { required: true, value: this.reviewer }),
      make("p", {}, make("button", { type: "submit" }, "Add the correction"), " ", make("button", { type: "button", class: "quiet", onclick: () => form.remove() }, "Cancel")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = Object.fromEntries(new FormData(form));
      this.reviewer = given.reviewer;
      const today = new Date().toISOString().slice(0, 10);
      this.rows.push({ nct_id: nct, attribute: facet.name, old_value: values.join("|"), ...given, date: today });
      form.replaceWith(make("p", { class: "note", role: "status" }, "Added; see the foot of the page."));
      this.keep();
    });
    section.append(form);
    form.querySelector("input").focus();
  }

  // One line a correction, in the columns of curation/decisions.tsv.
  tsv() {
    const cell = (value) => String(value ?? "").replaceAll(/[\t\r\n]+/g, " ").trim();
    return [this.columns, ...this.rows.map((row) => this.columns.map((name) => cell(row[name])))].map((line) => line.join("\t")).join("\n") + "\n";
  }

  show() {
    const place = document.getElementById("corrections");
    place.hidden = !this.rows.length;
    if (!this.rows.length) return;
    const button = (label, action) => make("button", { type: "button", class: "quiet", onclick: action }, label);
    place.replaceChildren(
      make("p", {}, make("b", {}, plural(this.rows.length, "correction")), " of yours. Save them and run ", make("code", {}, "cartscape review import corrections.tsv"), "."),
      make("p", {}, button("Save corrections.tsv", () => saveFile("corrections.tsv", "text/tab-separated-values", this.tsv())), " ", button("Copy rows", (event) => copyText(event.target, this.tsv())), " ", button("Discard all", () => { this.rows = []; this.keep(); })),
      make("details", { class: "how" }, make("summary", {}, "Rows"), make("pre", { tabindex: "0" }, this.tsv())),
    );
  }
}
