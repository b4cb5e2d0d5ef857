// Unpack the page's data: JSON, gzipped, in base64, decoded by the browser itself.
async function unpack(name) {
  const packed = document.getElementById(`data-${name}`).textContent;
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Unpacked once, when first asked for.
const unpacked = {};
function load(name) {
  unpacked[name] ??= unpack(name);
  return unpacked[name];
}
