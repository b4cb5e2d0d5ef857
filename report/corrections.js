// A reader who sees a wrong label or a wrong paper writes the signed row that `cartscape review import` takes.
class Corrections {
  constructor(index) {
    // labels and papers go to two files, each in the columns of its decisions in curation/
    this.files = [
      { name: "corrections.tsv", noun: "correction", columns: index.decision_columns, isOf: (row) => !row.paper_key },
      { name: "paper-corrections.tsv", noun: "paper correction", columns: index.link_decision_columns, isOf: (row) => row.paper_key },
    ];
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
    const known = this.fixed[facet.name] ?? this.facets.get(facet.name).values;
    const list = `known-${facet.name}`;
    this.ask(section, { nct_id: nct, attribute: facet.name, old_value: values.join("|") }, [
      make("p", { class: "note" }, `Now: ${values.join("|")}. Several values are joined by |; an empty cell means unstated.`),
      this.field("Right value", "new_value", { list, placeholder: values.join("|") }),
      make("datalist", { id: list }, known.map((value) => make("option", { value }))),
    ]);
  }

  openPaper(section, nct, paper) {
    const choices = ["accept", "reject"].filter((choice) => choice !== paper.decision);
    this.ask(section, { nct_id: nct, paper_key: paper.paper_key, old_value: paper.decision }, [
      make("p", { class: "note" }, `Now: ${DECISIONS[paper.decision]}, ${paper.decided_by}.`),
      make("label", {}, "Is it a paper of this trial?", make("select", { name: "new_value" }, choices.map((value) => make("option", { value }, value === "accept" ? "yes: accept it" : "no: reject it")))),
    ]);
  }

  field(label, name, properties) {
    return make("label", {}, label, make("input", { name, autocomplete: "off", ...properties }));
  }

  // The form of one correction; `row` is what it is about, `questions` ask for the new value.
  ask(section, row, questions) {
    section.querySelector("form")?.remove();
    const field = this.field;
    const source = row.paper_key ? { required: true, placeholder: "the paper, its methods, a page" } : { placeholder: "the registry's field, a paper, a page" };
    const form = make(
      "form",
      { class: "correction" },
      ...questions,
      field("Reason", "reason", { required: true }),
      field("Source", "source", source),
      field("Your name", "reviewer", { required: true, value: this.reviewer }),
      make("p", {}, make("button", { type: "submit" }, "Add the correction"), " ", make("button", { type: "button", class: "quiet", onclick: () => form.remove() }, "Cancel")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = Object.fromEntries(new FormData(form));
      this.reviewer = given.reviewer;
      const today = new Date().toISOString().slice(0, 10);
      this.rows.push({ ...row, ...given, date: today });
      form.replaceWith(make("p", { class: "note", role: "status" }, "Added; see the foot of the page."));
      this.keep();
    });
    section.append(form);
    form.querySelector("input, select").focus();
  }

  // One line a correction, in the columns of the decisions.
  tsv({ columns, isOf }) {
    const cell = (value) => String(value ?? "").replaceAll(/[\t\r\n]+/g, " ").trim();
    const lines = this.rows.filter(isOf).map((row) => columns.map((name) => cell(row[name])));
    return [columns, ...lines].map((line) => line.join("\t")).join("\n") + "\n";
  }

  show() {
    const place = document.getElementById("corrections");
    place.hidden = !this.rows.length;
    if (!this.rows.length) return;
    const button = (label, action) => make("button", { type: "button", class: "quiet", onclick: action }, label);
    const block = (file) => [
      make("p", {}, make("b", {}, plural(this.rows.filter(file.isOf).length, file.noun)), " of yours. Save them and run ", make("code", {}, `cartscape review import ${file.name}`), "."),
      make("p", {}, button(`Save ${file.name}`, () => saveFile(file.name, "text/tab-separated-values", this.tsv(file))), " ", button("Copy rows", (event) => copyText(event.target, this.tsv(file))), " ", button("Discard all", () => { this.rows = this.rows.filter((row) => !file.isOf(row)); this.keep(); })),
      make("details", { class: "how" }, make("summary", {}, "Rows"), make("pre", { tabindex: "0" }, this.tsv(file))),
    ];
    place.replaceChildren(...this.files.filter((file) => this.rows.some(file.isOf)).flatMap(block));
  }
}
