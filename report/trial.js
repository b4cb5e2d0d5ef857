// One trial: what the registry says, and each label with the words behind it.
const REGISTRY = "https://clinicaltrials.gov/study/";
const KINDS = {
  stated: "stated in the record",
  derived: "follows from other labels",
  product: "known of the named product",
  inferred: "inferred from context",
  decided: "decided by a person",
};
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
  constructor(explorer, details, corrections) {
    this.explorer = explorer;
    this.details = details;
    this.corrections = corrections;
  }

  element(nct, state) {
    const place = this.explorer.trials.nct_id.indexOf(nct);
    const close = make("a", { class: "quiet close", href: addressOf({ ...state, open: "" }) }, "Close");
    if (place < 0) return [close, make("h2", { tabindex: "-1" }, nct), make("p", {}, "This page does not hold such a trial.")];
    const detail = this.details[place];
    const at = (name) => this.explorer.trials[name][place];
    return [
      close,
      make("p", { class: "note" }, this.registryLink(nct)),
      make("h2", { tabindex: "-1", dir: "auto" }, at("brief_title") || nct),
      detail.official_title ? make("p", { class: "official", dir: "auto" }, detail.official_title) : null,
      make("p", { class: "marks" }, [at("phase"), at("status"), at("enrollment_count") !== null ? this.enrolled(at("enrollment_count"), detail) : ""].filter(Boolean).map((mark) => make("span", {}, mark))),
      detail.summary ? make("p", { dir: "auto" }, detail.summary, detail.is_summary_shortened ? " … (shortened)" : "") : null,
      ...this.labels(nct, place, detail),
      ...this.papers(detail),
      ...this.registry(detail),
      ...this.history(detail),
    ].filter(Boolean);
  }

  registryLink(nct) {
    if (this.explorer.index.synthetic) return `${nct} · synthetic: no registry holds it`;
    return make("a", { href: REGISTRY + nct, rel: "noopener noreferrer", target: "_blank" }, `${nct} at ClinicalTrials.gov ↗`);
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
      make("h3", {}, "Labels and the words behind them"),
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
      make("h4", {}, title, " ", make("button", { type: "button", class: "quiet", "aria-label": `propose a correction of ${title}`, onclick: (event) => this.corrections.open(event.target.closest("section"), nct, facet, values) }, "correct")),
      make("p", { class: "marks" }, values.map((value) => make("span", { class: value === "unstated" ? "unstated" : "" }, value))),
      proofs.length ? make("ul", { class: "proofs" }, proofs.map((proof) => this.proof(proof, detail))) : null,
    );
  }

  proof([, value, kind, field, start, end, rule, confidence, quote], detail) {
    const note = make("p", { class: "note" }, `${value} · ${KINDS[kind] ?? kind} · ${rule} · ${Math.round(confidence * 100)}%`);
    if (field < 0) return make("li", {}, quote ? make("blockquote", { dir: "auto" }, make("mark", {}, quote)) : null, note);
    const [path, text, isShortened] = detail.fields[field];
    const shown = [text.slice(0, start), make("mark", {}, text.slice(start, end)), text.slice(end)];
    return make("li", {}, make("p", { class: "field" }, path.split(".").slice(1).join(" › ") || path, isShortened ? " (shortened)" : ""), make("blockquote", { dir: "auto" }, shown), note);
  }

  papers(detail) {
    if (!detail.papers) return [];
    return [make("h3", {}, "Papers"), make("ul", { class: "papers" }, detail.papers.map((paper) => this.paper(paper)))];
  }

  paper(paper) {
    const verdicts = ["pass", "fail", "unknown"];
    const criteria = Object.entries(paper).filter(([, value]) => verdicts.includes(value));
    const named = new Set(["title", "pmid", "decision", "score", "doi", ...criteria.map(([name]) => name)]);
    const rest = Object.entries(paper).filter(([name, value]) => !named.has(name) && value !== null && value !== "");
    const link = paper.pmid && !this.explorer.index.synthetic ? make("a", { href: `https://pubmed.ncbi.nlm.nih.gov/${encodeURIComponent(paper.pmid)}/`, rel: "noopener noreferrer", target: "_blank" }, `PMID ${paper.pmid} ↗`) : paper.pmid ? `PMID ${paper.pmid}` : "";
    const head = [paper.decision, typeof paper.score === "number" ? `score ${paper.score.toFixed(2)}` : ""].filter(Boolean).join(", ");
    return make("li", {}, paper.title ? make("p", { dir: "auto" }, paper.title) : null, make("p", { class: "note" }, link, head ? ` · ${head}` : ""), make("p", { class: "marks" }, criteria.map(([name, value]) => make("span", { class: value }, `${words(name)}: ${value}`))), rest.length ? make("p", { class: "note" }, rest.map(([name, value]) => `${words(name)}: ${value}`).join(" · ")) : null);
  }

  registry(detail) {
    const rows = FACTS.filter(([name]) => detail[name]).flatMap(([name, title]) => [make("dt", {}, title), make("dd", { dir: "auto" }, detail[name], name === "first_posted_date" && detail.is_first_posted_date_estimated ? " (estimated from the NCT number)" : "")]);
    const listed = (title, items) => (items?.length ? [make("dt", {}, title), make("dd", {}, make("ul", {}, items.map((item) => make("li", { dir: "auto" }, item))))] : []);
    const places = (detail.sites ?? []).map((site) => site.filter(Boolean).join(", "));
    const unlisted = (detail.site_count ?? 0) - places.length;
    if (unlisted > 0) places.push(`and ${thousands.format(unlisted)} more`);
    return [
      make("h3", {}, "In the registry"),
      make(
        "dl",
        { class: "facts" },
        ...listed("conditions", detail.conditions),
        ...listed("interventions", (detail.interventions ?? []).map(([type, name]) => [name, type ? `(${words(type).toLowerCase()})` : ""].filter(Boolean).join(" "))),
        ...listed("sponsors", (detail.sponsors ?? []).map(([name, role, kind]) => `${name} (${role}, ${kind})`)),
        ...rows,
        ...listed(plural(detail.site_count ?? 0, "site"), places),
      ),
    ];
  }

  history(detail) {
    const dates = (detail.history ?? []).map((one) => make("li", {}, make("b", {}, one.finished_at), ` ${words(one.what)}: ${one.before ?? "nothing"} → ${one.after ?? "nothing"}`));
    const none = make("p", { class: "note" }, "No change of status, phase, size, dates or title between the snapshots kept.");
    return [make("h3", {}, "History over snapshots"), dates.length ? make("ul", { class: "history" }, dates) : none];
  }
}
