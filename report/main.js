// Start: draw what is in view, and follow the address bar.
history.scrollRestoration = "manual";
const views = Object.fromEntries(["landscape", "explore", "trials"].map((name) => [name, document.getElementById(`view-${name}`)]));
const figures = new Figures();
let explorer;
let opened = "";

async function ready() {
  explorer ??= new Explorer(await load("index"));
  return explorer;
}

async function follow() {
  const state = readAddress();
  const shown = state.view === "compare" ? "explore" : state.view;
  for (const [name, view] of Object.entries(views)) view.hidden = name !== shown;
  const content = document.querySelector("main:not([hidden] *):not([hidden])");
  document.querySelector(".skip").setAttribute("href", `#${content.id}`);
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (state.view === "landscape") return showSection(state.section);
  const list = await ready();
  if (shown === "explore") {
    const elements = state.view === "compare" ? new Comparison(list).elements(state.selections) : new Profiles(list).elements(state);
    views.explore.replaceChildren(...elements);
    const years = views.explore.querySelector(".timeline");
    if (years) years.scrollLeft = years.scrollWidth; // the newest years first where not all fit
    scrollTo(0, history.state?.top ?? 0);
    document.documentElement.dataset.shown = location.hash;
    return;
  }
  list.show(state);
  document.documentElement.dataset.shown = location.hash;
  await showTrial(state);
  if (!state.open) scrollTo(0, history.state?.top ?? 0);
}

function showSection(section) {
  const target = section && document.getElementById(section);
  if (history.state?.top !== undefined) scrollTo(0, history.state.top);
  else if (target) target.scrollIntoView();
  else scrollTo(0, 0);
}

async function showTrial(state) {
  const panel = document.getElementById("detail");
  panel.hidden = !state.open;
  views.trials.classList.toggle("opened", Boolean(state.open));
  if (!state.open) {
    if (opened) document.querySelector(`[data-nct="${CSS.escape(opened)}"] a`)?.focus();
    opened = "";
    return;
  }
  opened = state.open;
  const began = performance.now();
  panel.replaceChildren(...(await new TrialView(explorer, corrections).element(state.open, state)));
  document.documentElement.dataset.openMilliseconds = (performance.now() - began).toFixed(1);
  panel.scrollTop = 0;
  if (getComputedStyle(panel).position === "static") scrollTo(0, 0);
  panel.querySelector("h1").focus({ preventScroll: true });
}

// Typing replaces the state instead of piling up in the history.
function typed(change) {
  history.replaceState(null, "", addressOf({ ...readAddress(), ...change, open: "" }));
  follow();
}

let corrections;
load("index").then((index) => {
  corrections = new Corrections(index);
  corrections.show();
  document.getElementById("text").addEventListener("input", (event) => typed({ text: event.target.value }));
  document.getElementById("sort").addEventListener("change", (event) => typed({ sort: event.target.value }));
  document.getElementById("further").addEventListener("click", () => explorer.more());
  document.getElementById("download").addEventListener("click", () => saveFile("trials.csv", "text/csv", explorer.csv()));
  if (innerWidth < 900) document.getElementById("facets").open = false;
  addEventListener("hashchange", follow);
  return follow();
}).then(() => (document.documentElement.dataset.ready = "yes"));

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link?.matches(".skip")) {
    event.preventDefault(); // the address is the view's
    document.querySelector(link.hash).focus();
  } else if (link) keepPlace();
  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(copy, copy.parentElement.querySelector("pre, [data-copied]").innerText.trim());
  const more = event.target.closest("[data-more]");
  if (more) {
    more.closest("p").previousElementSibling.querySelector(".further").hidden = false;
    more.nextElementSibling.remove();
    more.remove();
  }
  const pairs = event.target.closest("[data-more-pairs]");
  if (pairs) {
    for (const hidden of pairs.closest("figure").querySelectorAll(".further[hidden]")) hidden.hidden = false;
    pairs.remove();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && opened) location.hash = addressOf({ ...readAddress(), open: "" });
});

// All phases of a circle are said while it is pointed at or has the focus.
for (const begun of ["mouseover", "focusin", "mouseout", "focusout"]) {
  document.addEventListener(begun, (event) => {
    const circle = event.target.closest?.(".bubble[data-phases]");
    const place = circle?.closest("figure").querySelector(".said");
    if (place) place.textContent = begun.endsWith("out") ? place.dataset.empty : circle.dataset.phases;
  });
}
