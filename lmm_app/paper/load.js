// Unpack the script of the page and run it.
const marks = atob(document.getElementById("script").textContent);
const packed = Uint8Array.from(marks, (mark) => mark.charCodeAt(0));
const text = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
new Response(text).text().then((source) => {
  const script = document.createElement("script");
  script.type = "module";
  script.textContent = source;
  document.body.append(script);
});
