// The address bar is the state: #trials?targets=CD19&phase=Phase%201&text=lupus&open=NCT04000000
// `beside` holds another selection, written alike, that this one is to be compared with.
const OWN = ["text", "sort", "beside", "open"];

function readAddress() {
  const [hash, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  if (hash === "explore") return { view: "explore", ...readExplored(query) };
  if (hash === "compare") return { view: "compare", selections: new URLSearchParams(query).getAll("of").map(readSelection) };
  if (hash === "trials") return { view: "trials", ...readSelection(query) };
  return { view: "landscape", section: hash };
}

// The filters and words that choose trials, as the part of an address after the question mark writes them.
function readSelection(query) {
  const state = { filters: new Map(), text: "", sort: "", beside: "", open: "" };
  for (const [name, value] of new URLSearchParams(query)) {
    if (OWN.includes(name)) state[name] = value;
    else state.filters.set(name, [...(state.filters.get(name) ?? []), value]);
  }
  return state;
}

function selectionOf(filters, text = "") {
  return { ...readSelection(""), filters: new Map(filters), text };
}

// #explore?targets=CD19&targets=BCMA: one page of a value, or two side by side; without one, a list of all.
function readExplored(query) {
  const chosen = [...new URLSearchParams(query)];
  return { facet: chosen[0]?.[0] ?? "", values: chosen.map(([, value]) => value).filter(Boolean) };
}

function exploreAddress(facet, ...values) {
  return "#explore?" + (values.length ? values : [""]).map((value) => `${facet}=${encodeURIComponent(value)}`).join("&");
}

function compareAddress(...selections) {
  return "#compare?" + selections.map((one) => `of=${encodeURIComponent(queryOf(one))}`).join("&");
}

function queryOf(state) {
  const parts = [];
  for (const [name, values] of state.filters) for (const value of values) parts.push([name, value]);
  for (const name of OWN) if (state[name]) parts.push([name, state[name]]);
  return parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

function addressOf(state) {
  return `#trials?${queryOf(state)}`;
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
