// The cities of a selection on a map, placed by the registry; the list beside it says and links the same.
const WIDEST_MERCATOR = 140;
const SMALLEST_EXTENT = 5;
const radians = (degrees) => (degrees * Math.PI) / 180;
const mercator = (latitude) => Math.log(Math.tan(Math.PI / 4 + radians(latitude) / 2));

// A figure that draws itself once it stands on the page; null where the registry places none of the cities.
function siteMap(explorer, cities, addressOfCity) {
  const rows = cities.flatMap(({ value, count }) => {
    const place = explorer.index.places[value];
    return place ? [{ city: value, trials: count, latitude: place[0], longitude: place[1], link: addressOfCity(value) }] : [];
  });
  if (!rows.length) return null;
  const first = rows.slice(0, 4).map((row) => `${row.city} (${row.trials})`).join(", ");
  const description = `Map of ${plural(rows.length, "place")} with sites: ${first}${rows.length > 4 ? " and more" : ""}`;
  const chart = make("div", { class: "chart", role: "img", "aria-label": description });
  new ResizeObserver((_, watcher) => {
    if (!chart.clientWidth) return;
    watcher.disconnect();
    drawSites(chart, rows, description);
  }).observe(chart);
  return make("figure", { class: "sites" }, chart, make("figcaption", {}, `${plural(rows.length, "place")} with sites; area: trials. `, make("span", { class: "source" }, explorer.index.source)));
}

async function drawSites(chart, rows, description) {
  const world = (await load("figures")).countries;
  const width = chart.clientWidth;
  const height = Math.round(width * 0.55);
  const spec = {
    description,
    width,
    height,
    padding: 0,
    projection: projectionOf(rows, width, height),
    layer: [
      { data: { values: world ? rowsOf(world, world.layer[0]) : [] }, mark: { type: "geoshape", clip: true, fill: "#8882", stroke: "#8888", strokeWidth: 0.6, aria: false } },
      {
        data: { values: [...rows].sort((a, b) => b.trials - a.trials) },
        mark: { type: "circle", clip: true, cursor: "pointer", opacity: 0.65, stroke: "#fff", strokeWidth: 0.5, color: "#0072B2", aria: false },
        encoding: { longitude: { field: "longitude", type: "quantitative" }, latitude: { field: "latitude", type: "quantitative" }, size: { field: "trials", type: "quantitative", scale: { type: "linear", zero: true, range: [12, 700] }, legend: null }, tooltip: [{ field: "city", type: "nominal" }, { field: "trials", type: "quantitative" }] },
      },
    ],
  };
  const { view } = await vegaEmbed(chart, spec, { renderer: "svg", actions: false, ast: true, config: look(width) });
  view.addEventListener("click", (_, item) => {
    if (item?.datum?.link) location.hash = item.datum.link;
  });
  chart.dataset.drawn = "yes";
}

// Near enough to fill the map with the places; the whole world where they lie around it.
function projectionOf(rows, width, height) {
  const ends = (name) => [Math.min(...rows.map((row) => row[name])), Math.max(...rows.map((row) => row[name]))];
  const [west, east] = ends("longitude");
  const [south, north] = ends("latitude");
  if (east - west > WIDEST_MERCATOR) return { type: "naturalEarth1" };
  const across = radians(Math.max(east - west, SMALLEST_EXTENT));
  const up = Math.max(mercator(north) - mercator(south), radians(SMALLEST_EXTENT));
  const scale = 0.85 * Math.min(width / across, height / up);
  return { type: "mercator", scale, center: [(west + east) / 2, (south + north) / 2], translate: [width / 2, height / 2] };
}
