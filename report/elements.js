// Make an element. Text is always text: nothing that a registry wrote is read as markup.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const thousands = new Intl.NumberFormat("en");
const words = (name) => name.replaceAll("_", " ");
const plural = (count, one) => `${thousands.format(count)} ${one}${count === 1 ? "" : "s"}`;

async function copyText(button, text) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select the text and copy it";
  }
  setTimeout(() => (button.textContent = label), 2000);
}

// Offer a text as a file to keep.
function saveFile(name, type, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// What a saved file says of itself: from what, when, and where it was filtered.
function provenance(source) {
  return [source, `Saved ${new Date().toISOString().slice(0, 10)} from ${location.hash || "the page"}`];
}
