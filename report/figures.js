// Draw each chart when it comes into view, in the reader's colours; a click on a mark opens its trials.
const darkness = matchMedia("(prefers-color-scheme: dark)");
const NARROW = 440;

function look(width) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const [ink, quiet, line] = ["--ink", "--quiet", "--line"].map(colour);
  const text = { labelColor: quiet, titleColor: quiet, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 400 };
  return {
    background: "transparent",
    font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    view: { stroke: null },
    axis: { ...text, grid: true, gridColor: line, domainColor: line, tickColor: line },
    axisX: { grid: false },
    axisBand: { grid: false },
    legend: { ...text, orient: "top", columns: width < NARROW ? 3 : 5, symbolType: "square" },
    text: { color: quiet, fontSize: 12 },
    title: { color: ink },
  };
}

// The same chart in shares: stacked bars fill their height, ranked bars show the percentage of their row.
function canShare(spec) {
  const [first] = spec.layer ?? [spec];
  if ((first.mark?.type ?? first.mark) !== "bar") return "";
  const { x, y, color } = first.encoding;
  if (y?.field === "trials" && color?.field) return "stack";
  return x?.field === "trials" && rowsOf(spec, first).every((row) => typeof row.percentage === "number") ? "field" : "";
}

function rowsOf(spec, layer) {
  const { name, values } = layer.data ?? spec.data ?? {};
  return values ?? spec.datasets?.[name] ?? [];
}

function asShare(spec) {
  if (canShare(spec) === "stack") {
    const [bars, ...names] = spec.layer;
    bars.encoding.y = { ...bars.encoding.y, stack: "normalize", axis: { title: "share of trials", format: ".0%" } };
    for (const layer of names) layer.encoding.y = { ...layer.encoding.y, field: "share_place" };
    return;
  }
  const most = Math.max(...rowsOf(spec, spec.layer[0]).map((row) => row.percentage));
  for (const { encoding } of spec.layer) {
    encoding.x = { ...encoding.x, field: "percentage", scale: { domain: [0, 1.12 * most], nice: false } };
    if (encoding.text) encoding.text = { ...encoding.text, field: "percentage", format: ".1f" };
  }
}

class Figures {
  constructor() {
    this.views = new Map();
    this.shares = new Set();
    this.watcher = new IntersectionObserver((entries) => {
      for (const entry of entries.filter((one) => one.isIntersecting)) {
        this.watcher.unobserve(entry.target);
        this.draw(entry.target);
      }
    }, { rootMargin: "600px" });
    this.places = [...document.querySelectorAll("[data-figure]")];
    for (const place of this.places) {
      this.watcher.observe(place);
      place.addEventListener("keydown", (event) => event.key === "Enter" && event.target === place && this.openNumbers(place));
    }
    darkness.addEventListener("change", () => this.redraw());
    addEventListener("beforeprint", () => this.drawAll());
  }

  async draw(place) {
    const name = place.dataset.figure;
    const spec = structuredClone((await load("figures"))[name]);
    delete spec.config;
    spec.description += " Enter opens its numbers."; // Vega lets it stand for the label of the place
    this.addTools(place, name, spec);
    if (this.shares.has(name)) asShare(spec);
    spec.width = "container";
    spec.autosize = { type: "fit-x", contains: "padding" };
    if (!spec.height) spec.height = 240;
    if (name === "registrations_by_year" && place.clientWidth < NARROW) spec.layer = spec.layer.slice(0, 1);
    if (name === "countries") spec.height = Math.max(180, Math.round(place.clientWidth * 0.5));
    place.replaceChildren();
    const { view } = await vegaEmbed(place, spec, { renderer: "svg", actions: false, ast: true, config: look(place.clientWidth) });
    this.views.set(name, view);
    view.addEventListener("click", (_, item) => {
      const link = item?.datum?.link ?? item?.datum?.properties?.link;
      if (link) {
        keepPlace();
        location.hash = link;
      }
    });
    place.dataset.drawn = "yes";
  }

  addTools(place, name, spec) {
    if (place.previousElementSibling?.classList.contains("save")) return;
    const title = place.closest("figure").querySelector("h3").firstChild.textContent.trim();
    const button = (text, label, action) => make("button", { type: "button", class: "quiet", "aria-label": label, onclick: action }, text);
    const switched = button("share", `share: ${title} in shares instead of counts`, () => {
      const isShare = this.shares.delete(name) ? false : Boolean(this.shares.add(name));
      switched.setAttribute("aria-pressed", String(isShare));
      this.draw(place);
    });
    switched.setAttribute("aria-pressed", "false");
    place.before(make("p", { class: "save" }, canShare(spec) ? switched : null, button("PNG", `${title}: save as PNG`, () => this.saveImage(name, "png")), button("SVG", `${title}: save as SVG`, () => this.saveImage(name, "svg")), button("CSV", `${title}: save as CSV`, () => this.saveNumbers(place, name))));
  }

  async saveImage(name, kind) {
    const view = this.views.get(name);
    const background = view.background();
    view.background(getComputedStyle(document.body).backgroundColor);
    const content = kind === "svg" ? await view.toSVG() : await (await view.toCanvas(2)).toDataURL("image/png");
    view.background(background).run();
    if (kind === "svg") saveFile(`${name}.svg`, "image/svg+xml", content);
    else saveFile(`${name}.png`, "image/png", Uint8Array.from(atob(content.split(",")[1]), (letter) => letter.charCodeAt(0)));
  }

  // The rows that the chart draws, as the page's table shows them.
  saveNumbers(place, name) {
    const table = this.numbersOf(place).querySelector("table");
    const cell = (one) => `"${one.textContent.trim().replaceAll('"', '""')}"`;
    const lines = [...table.rows].map((row) => [...row.cells].map(cell).join(","));
    const caption = place.closest("figure").querySelector("figcaption").innerText.trim();
    const said = [caption, ...provenance(place.closest("figure").querySelector(".source").textContent)];
    saveFile(`${name}.csv`, "text/csv", "\ufeff" + [...said.map((line) => `# ${line.replaceAll("\n", " ")}`), ...lines].join("\r\n") + "\r\n");
  }

  // Charts of one metric share one table, which stands under the first of them.
  numbersOf(place) {
    const figures = [...place.closest(".figures").querySelectorAll("figure")];
    const before = figures.slice(0, figures.indexOf(place.closest("figure")) + 1).reverse();
    return before.map((one) => one.querySelector(".numbers")).find(Boolean);
  }

  openNumbers(place) {
    const numbers = this.numbersOf(place);
    numbers.open = true;
    (numbers.querySelector("a") ?? numbers.querySelector("summary")).focus();
  }

  redraw() {
    for (const place of this.places.filter((one) => one.dataset.drawn)) this.draw(place);
  }

  drawAll() {
    return Promise.all(this.places.filter((one) => !one.dataset.drawn).map((one) => this.draw(one)));
  }
}
