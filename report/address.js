// The address bar is the state: #trials?targets=CD19&phase=Phase%201&text=lupus&open=NCT04000000
const OWN = ["text", "sort", "open"];

function readAddress() {
  const hash = location.hash.slice(1);
  if (hash === "explore" || hash.startsWith("explore?")) return { view: "explore", ...readExplored(hash.slice(8)) };
  if (hash !== "trials" && !hash.startsWith("trials?")) return { view: "landscape", section: hash };
  const state = { view: "trials", filters: new Map(), text: "", sort: "", open: "" };
  for (const [name, value] of new URLSearchParams(hash.slice(7))) {
    if (OWN.includes(name)) state[name] = value;
    else state.filters.set(name, [...(state.filters.get(name) ?? []), value]);
  }
  return state;
}

// #explore?targets=CD19&targets=BCMA: one page of a value, or two side by side; without one, a list of all.
function readExplored(text) {
  const chosen = [...new URLSearchParams(text)];
  return { facet: chosen[0]?.[0] ?? "", values: chosen.map(([, value]) => value).filter(Boolean) };
}

function exploreAddress(facet, ...values) {
  return "#explore?" + (values.length ? values : [""]).map((value) => `${facet}=${encodeURIComponent(value)}`).join("&");
}

function addressOf(state) {
  const parts = [];
  for (const [name, values] of state.filters) for (const value of values) parts.push([name, value]);
  for (const name of OWN) if (state[name]) parts.push([name, state[name]]);
  return "#trials?" + parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

// The same state with one value of a filter chosen or given up.
function toggled(state, name, value) {
  const filters = new Map(state.filters);
  const values = filters.get(name) ?? [];
  const rest = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  if (rest.length) filters.set(name, rest);
  else filters.delete(name);
  return { ...state, filters, open: "" };
}

// Leave the place on the page in the history, so that back returns to it.
function keepPlace() {
  history.replaceState({ ...history.state, top: scrollY }, "");
}
