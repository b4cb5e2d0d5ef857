// One trial: what the registry says, and each label with the words behind it.
const REGISTRY = "https://clinicaltrials.gov/study/";
const EUROPEAN = "https://euclinicaltrials.eu/ctis-public/view/";
const OTHER_REGISTRIES = "https://trialsearch.who.int/Trial2.aspx?TrialID=";
const KINDS = {
  stated: "stated in the record",
  derived: "follows from other labels",
  product: "known of the named product",
  inferred: "inferred from context",
  decided: "decided by a person",
};
const DECISIONS = { accept: "accepted", review: "to be reviewed", reject: "rejected" };
const VERDICTS = { accept: "pass", review: "unknown", reject: "fail" };
const FACTS = [
  ["first_posted_date", "first posted"],
  ["start_date", "start"],
  ["primary_completion_date", "primary completion"],
  ["completion_date", "completion"],
  ["results_first_posted_date", "results posted"],
  ["last_update_posted_date", "last update"],
  ["study_type", "study type"],
  ["primary_purpose", "purpose"],
  ["allocation", "allocation"],
  ["sex", "sex"],
  ["minimum_age", "from age"],
  ["maximum_age", "to age"],
  ["organization_study_id", "sponsor's number"],
  ["why_stopped", "why stopped"],
];

class TrialView {
  constructor(explorer, corrections) {
    this.explorer = explorer;
    this.corrections = corrections;
  }

  // Evidence is packed in parts; one trial unpacks one of them.
  async element(nct, state) {
    const place = this.explorer.trials.nct_id.indexOf(nct);
    const close = make("a", { class: "quiet close", href: addressOf({ ...state, open: "" }) }, "Close");
    if (place < 0) return [close, make("h1", { tabindex: "-1" }, nct), make("p", {}, "This page does not hold such a trial.")];
    const perPart = this.explorer.index.details_a_part;
    const detail = (await load(`details-${Math.floor(place / perPart)}`))[place % perPart];
    const at = (name) => this.explorer.trials[name][place];
    return [
      close,
      make("p", { class: "note" }, this.registryLink(nct)),
      make("h1", { tabindex: "-1", dir: "auto" }, at("brief_title") || nct),
      detail.official_title ? make("p", { class: "official", dir: "auto" }, detail.official_title) : null,
      make("p", { class: "marks" }, [at("phase"), at("status"), at("enrollment_count") !== null ? this.enrolled(at("enrollment_count"), detail) : ""].filter(Boolean).map((mark) => make("span", {}, mark))),
      detail.summary ? make("p", { dir: "auto" }, detail.summary, detail.is_summary_shortened ? " … (shortened)" : "") : null,
      ...this.labels(nct, place, detail),
      ...this.papers(nct, detail),
      ...this.registry(detail),
      ...this.registrations(detail),
      ...this.history(detail),
    ].filter(Boolean);
  }

  registryLink(nct) {
    if (this.explorer.index.synthetic) return `${nct} · synthetic: no registry holds it`;
    const outside = { rel: "noopener noreferrer", target: "_blank" };
    if (/^NCT\d{8}$/.test(nct)) return make("a", { ...outside, href: REGISTRY + nct }, `${nct} at ClinicalTrials.gov ↗`);
    const place = /^20\d{2}-5/.test(nct) ? EUROPEAN : OTHER_REGISTRIES;
    return make("a", { ...outside, href: place + encodeURIComponent(nct) }, `${nct} in its registry ↗`);
  }

  enrolled(count, detail) {
    if (detail.is_enrollment_placeholder) return "participants not known";
    return `${plural(count, "participant")}${detail.enrollment_type === "ESTIMATED" ? " planned" : ""}`;
  }

  labels(nct, place, detail) {
    const attributes = [...this.explorer.facets.values()].filter((facet) => facet.sql.startsWith("exists (from core.labels"));
    const stated = [];
    const silent = [];
    for (const facet of attributes) {
      const values = this.explorer.valuesOf(facet.name, place);
      const isSilent = values.every((value) => value === "unstated");
      (isSilent ? silent : stated).push({ facet, values });
    }
    const conflicts = (detail.conflicts ?? []).map(([attribute, text]) => make("li", {}, make("b", {}, words(attribute)), `: ${text}`));
    return [
      make("h2", {}, "Labels and the words behind them"),
      conflicts.length ? make("ul", { class: "conflicts" }, conflicts) : null,
      ...stated.map((one) => this.label(nct, one, detail)),
      silent.length
        ? make("details", { class: "how" }, make("summary", {}, `The record is silent on ${plural(silent.length, "attribute")}`), ...silent.map((one) => this.label(nct, one, detail)))
        : null,
    ];
  }

  label(nct, { facet, values }, detail) {
    const proofs = (detail.assertions ?? []).filter((one) => one[0] === facet.name);
    const title = facet.title;
    return make(
      "section",
      { class: "label", "data-attribute": facet.name },
      make("h3", {}, title, " ", make("button", { type: "button", class: "quiet", "aria-label": `correct: propose a correction of ${title}`, onclick: (event) => this.corrections.open(event.target.closest("section"), nct, facet, values) }, "correct")),
      make("p", { class: "marks" }, values.map((value) => make("span", { class: value === "unstated" ? "unstated" : "" }, EXPLORED.has(facet.name) && value !== "unstated" ? make("a", { href: exploreAddress(facet.name, value) }, this.explorer.shown(facet.name, value)) : this.explorer.shown(facet.name, value)))),
      proofs.length ? make("ul", { class: "proofs" }, proofs.map((proof) => this.proof(proof, detail))) : null,
    );
  }

  proof([, value, kind, field, start, end, rule, confidence, quote], detail) {
    const note = make("p", { class: "note" }, `${value} · ${KINDS[kind] ?? kind} · ${rule} · ${Math.round(confidence * 100)}%`);
    if (field < 0) return make("li", {}, quote ? make("blockquote", { dir: "auto" }, make("mark", {}, quote)) : null, note);
    const [path, text, isShortened, inSource] = detail.fields[field];
    const shown = [text.slice(0, start), make("mark", {}, text.slice(start, end)), text.slice(end)];
    return make("li", {}, make("p", { class: "field" }, path.split(".").slice(1).join(" › ") || path, inSource ? ` (in the source: ${inSource})` : "", isShortened ? " (shortened)" : ""), make("blockquote", { dir: "auto" }, shown), note);
  }

  papers(nct, detail) {
    const shown = (detail.papers ?? []).map((paper) => this.paper(nct, paper));
    const unlikely = detail.unlikely_papers ?? 0;
    if (!shown.length && !unlikely) return [];
    const rest = `${plural(unlikely, shown.length ? "more paper" : "paper")} of similar content ${unlikely === 1 ? "was" : "were"} judged and rejected; core.trial_publications and core.publication_criteria tell why.`;
    return [
      make("h2", {}, "Papers"),
      shown.length ? make("ul", { class: "papers" }, shown) : null,
      unlikely ? make("p", { class: "note" }, rest) : null,
    ];
  }

  paper(nct, paper) {
    const when = paper.publication_date ? paper.publication_date.slice(0, { year: 4, month: 7 }[paper.publication_date_precision] ?? 10) : "";
    const outside = (address, text) => (this.explorer.index.synthetic ? text : make("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, `${text} ↗`));
    const source = [
      paper.journal,
      when,
      paper.pmid ? outside(`https://pubmed.ncbi.nlm.nih.gov/${encodeURIComponent(paper.pmid)}/`, `PMID ${paper.pmid}`) : "",
      paper.doi ? outside(`https://doi.org/${encodeURI(paper.doi)}`, `doi:${paper.doi}`) : "",
    ].filter(Boolean);
    const marks = [
      make("span", { class: VERDICTS[paper.decision] }, DECISIONS[paper.decision] ?? paper.decision),
      typeof paper.score === "number" ? make("span", {}, `score ${paper.score.toFixed(2)}`) : null,
      make("span", { title: paper.kind_words ?? "" }, paper.kind),
      make("span", {}, `decided by ${paper.decided_by}`),
    ];
    // a person's decision is changed in its own row
    const correct = paper.decided_by.startsWith("matching:")
      ? make("button", { type: "button", class: "quiet", "aria-label": `correct: say whether it is a paper of ${nct}`, onclick: (event) => this.corrections.openPaper(event.target.closest("li"), nct, paper) }, "correct")
      : null;
    return make(
      "li",
      { "data-paper": paper.paper_key },
      make("p", { class: "title", dir: "auto" }, paper.title || "Without a title"),
      make("p", { class: "note" }, source.flatMap((part, place) => (place ? [" · ", part] : [part]))),
      make("p", { class: "marks" }, marks, correct),
      make("dl", { class: "facts routes" }, paper.routes.flatMap(([route, detail]) => [make("dt", {}, route), make("dd", { dir: "auto" }, detail ?? "")])),
      this.criteria(paper.criteria),
    );
  }

  // What was compared, how it came out, and the words of both sides.
  criteria(rows) {
    if (!rows.length) return null;
    const count = (verdict) => rows.filter((row) => row[1] === verdict).length;
    const verdicts = ["pass", "fail", "unknown"].filter(count).map((verdict) => `${count(verdict)} ${verdict}`);
    const row = ([criterion, verdict, said]) =>
      make("tr", { class: verdict }, make("th", { scope: "row" }, words(criterion)), make("td", { class: "verdict" }, verdict), make("td", { dir: "auto" }, said ?? "not stated on one side"));
    return make(
      "details",
      { class: "how criteria", open: true },
      make("summary", {}, `Criteria: ${verdicts.join(", ")}`),
      make("table", {}, make("tbody", {}, rows.map(row))),
    );
  }

  registry(detail) {
    const rows = FACTS.filter(([name]) => detail[name]).flatMap(([name, title]) => [make("dt", {}, title), make("dd", { dir: "auto" }, detail[name], name === "first_posted_date" && detail.is_first_posted_date_estimated ? " (estimated from the NCT number)" : "")]);
    const listed = (title, items) => (items?.length ? [make("dt", {}, title), make("dd", {}, make("ul", {}, items.map((item) => make("li", { dir: "auto" }, item))))] : []);
    const places = (detail.sites ?? []).map((site) => site.filter(Boolean).join(", "));
    const unlisted = (detail.site_count ?? 0) - places.length;
    if (unlisted > 0) places.push(`and ${thousands.format(unlisted)} more`);
    return [
      make("h2", {}, "In the registry"),
      make(
        "dl",
        { class: "facts" },
        ...listed("conditions", detail.conditions),
        ...listed("interventions", (detail.interventions ?? []).map(([type, name]) => [name, type ? `(${words(type).toLowerCase()})` : ""].filter(Boolean).join(" "))),
        ...listed("sponsors", (detail.sponsors ?? []).map(([name, role, kind]) => `${name} (${role}, ${this.explorer.nameOf("sponsor_type", kind) || kind})`)),
        ...rows,
        ...listed(plural(detail.site_count ?? 0, "site"), places),
      ),
    ];
  }

  // A trial may be registered several times: what its registrations say differently stands beside each.
  registrations(detail) {
    if (!detail.registrations) return [];
    const row = ([number, registry, registered, said]) => make("tr", {}, make("th", { scope: "row" }, number), make("td", {}, registry), make("td", {}, registered ?? ""), make("td", { dir: "auto" }, said));
    const head = ["registration", "registry", "registered", "what not all of them say"].map((title) => make("th", { scope: "col" }, title));
    return [
      make("h2", {}, "Its registrations"),
      make("p", { class: "note" }, "The first speaks for the trial."),
      make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Its registrations" }, make("table", {}, make("thead", {}, make("tr", {}, head)), make("tbody", {}, detail.registrations.map(row)))),
    ];
  }

  history(detail) {
    const dates = (detail.history ?? []).map((one) => make("li", {}, make("b", {}, one.finished_at), ` ${words(one.what)}: ${one.before ?? "nothing"} → ${one.after ?? "nothing"}`));
    const none = make("p", { class: "note" }, "No change of status, phase, size, dates or title between the snapshots kept.");
    return [make("h2", {}, "History over snapshots"), dates.length ? make("ul", { class: "history" }, dates) : none];
  }
}
