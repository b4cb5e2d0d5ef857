// Draw each chart when it comes into view, in the reader's colours; a click on a mark opens its trials.
const darkness = matchMedia("(prefers-color-scheme: dark)");
const GROWN = ["target_landscape"];

const NARROW = 440;

function look(width) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const [ink, quiet, line] = ["--ink", "--quiet", "--line"].map(colour);
  const text = { labelColor: quiet, titleColor: quiet, labelFontSize: 11, titleFontSize: 11, titleFontWeight: 400 };
  return {
    background: "transparent",
    font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    view: { stroke: null },
    axis: { ...text, grid: true, gridColor: line, domainColor: line, tickColor: line },
    axisX: { grid: false },
    axisBand: { grid: false },
    legend: { ...text, orient: "top", columns: width < NARROW ? 3 : 5, symbolType: "square", labelFontSize: 12 },
    text: { color: quiet, fontSize: 11 },
    title: { color: ink },
  };
}

class Figures {
  constructor() {
    this.zoom = new Map();
    this.watcher = new IntersectionObserver((entries) => {
      for (const entry of entries.filter((one) => one.isIntersecting)) {
        this.watcher.unobserve(entry.target);
        this.draw(entry.target);
      }
    }, { rootMargin: "600px" });
    this.places = [...document.querySelectorAll("[data-figure]")];
    for (const place of this.places) this.watcher.observe(place);
    darkness.addEventListener("change", () => this.redraw());
    addEventListener("beforeprint", () => this.drawAll());
  }

  async draw(place) {
    const name = place.dataset.figure;
    const spec = structuredClone((await load("figures"))[name]);
    delete spec.config;
    if (GROWN.includes(name)) {
      const zoom = this.zoom.get(name) ?? 1;
      spec.width.step *= zoom;
      spec.height.step *= zoom;
      place.classList.add("grown");
      this.addZoom(place, name);
    } else {
      spec.width = "container";
      spec.autosize = { type: "fit-x", contains: "padding" };
      if (!spec.height) spec.height = 240;
    }
    if (name === "registrations_by_year" && place.clientWidth < NARROW) spec.layer = spec.layer.slice(0, 1);
    if (name === "countries") spec.height = Math.max(180, Math.round(place.clientWidth * 0.5));
    place.replaceChildren();
    const { view } = await vegaEmbed(place, spec, { renderer: "svg", actions: false, ast: true, config: look(place.clientWidth) });
    view.addEventListener("click", (_, item) => {
      const link = item?.datum?.link ?? item?.datum?.properties?.link;
      if (link) {
        keepPlace();
        location.hash = link;
      }
    });
    place.dataset.drawn = "yes";
  }

  addZoom(place, name) {
    if (place.previousElementSibling?.classList.contains("zoom")) return;
    const by = (factor) => () => {
      this.zoom.set(name, Math.min(3, Math.max(0.4, (this.zoom.get(name) ?? 1) * factor)));
      this.draw(place);
    };
    place.before(make("p", { class: "zoom" }, make("button", { type: "button", class: "quiet", "aria-label": "larger", onclick: by(1.3) }, "+"), make("button", { type: "button", class: "quiet", "aria-label": "smaller", onclick: by(1 / 1.3) }, "−")));
  }

  redraw() {
    for (const place of this.places.filter((one) => one.dataset.drawn)) this.draw(place);
  }

  drawAll() {
    return Promise.all(this.places.filter((one) => !one.dataset.drawn).map((one) => this.draw(one)));
  }
}
