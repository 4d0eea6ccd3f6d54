// What a page does besides showing itself: light or dark, the table of contents on a phone, copying.
"use strict";

const root = document.documentElement;

document.getElementById("theme").addEventListener("click", () => {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch (ignored) {}
});

const menu = document.getElementById("menu");
const show_menu = (shown) => {
  document.body.classList.toggle("menu", shown);
  menu.setAttribute("aria-expanded", shown);
};
menu.addEventListener("click", () => show_menu(!document.body.classList.contains("menu")));
document.getElementById("doc-content").addEventListener("click", () => show_menu(false));

// The text of a listing, without line numbers.
const text_of = (listing) =>
  [...listing.querySelectorAll(".line")].map((line) => {
    const copy = line.cloneNode(true);
    copy.querySelectorAll(".lineno").forEach((number) => number.remove());
    return copy.textContent.replace(/\s+$/, "");
  }).join("\n") + "\n";

const copy_text = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");  // a page that was opened as a file
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

for (const listing of document.querySelectorAll("div.fragment")) {
  const frame = document.createElement("div");
  frame.className = "listing";
  listing.replaceWith(frame);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await copy_text(text_of(listing));
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  frame.append(listing, button);
  listing.tabIndex = 0;  // scrolls with the arrow keys
}

// Short names stay on one line.
for (const code of document.querySelectorAll(".contents code"))
  code.classList.toggle("short", code.textContent.length <= 24);

// Tables wider than the page scroll by themselves.
for (const table of document.querySelectorAll(".contents table.markdownTable, .contents table.doxtable")) {
  const frame = document.createElement("div");
  frame.className = "wide";
  table.replaceWith(frame);
  frame.append(table);
}

// The contents of a page fold; where they stand above the text, they are folded at first.
for (const contents of document.querySelectorAll("div.toc")) {
  const fold = document.createElement("details"), title = document.createElement("summary");
  title.textContent = "On this page";
  contents.querySelector("h3").remove();
  fold.append(title, ...contents.childNodes);
  fold.open = matchMedia("(min-width: 1460px)").matches;
  contents.append(fold);
}

// A formula in a line that is wider than the page scrolls by itself.
const fit_formulas = () => {
  for (const formula of document.querySelectorAll("p > .MathJax_SVG, li > .MathJax_SVG")) {
    formula.classList.remove("long");
    formula.classList.toggle("long", formula.offsetWidth > formula.parentElement.clientWidth);
  }
};
addEventListener("resize", fit_formulas);
if (window.MathJax) MathJax.Hub.Register.StartupHook("End", fit_formulas);
else document.querySelector("script[src*=MathJax]").addEventListener("load", () =>
  MathJax.Hub.Register.StartupHook("End", fit_formulas));

addEventListener("beforeprint", () =>
  document.querySelectorAll("details.transcript").forEach((each) => { each.open = true; }));
