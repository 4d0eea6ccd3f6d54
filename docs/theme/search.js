// Searches names of the library and the text of chapters and handbook. The index is a script, for a
// page that was opened as a file may load nothing else; it is loaded when it is first needed.
"use strict";

{
  const field = document.querySelector("#search input");
  const list = document.getElementById("found");
  const here = document.currentScript.src.replace(/[^/]*$/, "");
  let chosen = -1;

  let loading = null;
  const loaded = () => loading = loading || new Promise((done) => {
    const script = document.createElement("script");
    script.src = here + "search_index.js";
    script.onload = done;
    document.head.append(script);
  });

  // Entries are [title, where, address, text]; names of the library have no text. Every word must
  // occur. What counts most is a title that is the query, then one that begins with it.
  const score = ([title, where, , text], words) => {
    const low = title.toLowerCase(), name = low.replace(/^.*::/, "");
    let total = 0;
    for (const word of words) {
      if (name === word) total += 100;
      else if (name.startsWith(word)) total += 40;
      else if (low.includes(word)) total += 20;
      else if (text && text.includes(word)) total += 10;
      else if (where.toLowerCase().includes(word)) total += 1;
      else return 0;
    }
    return total + (text ? 5 : 0) - title.length / 100;
  };

  const excerpt = (text, word) => {
    const at = text.indexOf(word);
    if (at < 0) return "";
    const from = Math.max(0, at - 40);
    return (from ? "…" : "") + text.slice(from, at + 60) + "…";
  };

  const element = (tag, name, text) => {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    return made;
  };

  const choose = (which) => {
    const links = [...list.querySelectorAll("a")];
    chosen = links.length ? (which + links.length) % links.length : -1;
    links.forEach((link, i) => link.setAttribute("aria-selected", i === chosen));
    if (chosen >= 0) {
      links[chosen].scrollIntoView({block: "nearest"});
      field.setAttribute("aria-activedescendant", links[chosen].id);
    }
  };

  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", false);
  };

  const search = async () => {
    await loaded();
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return close();
    const found = window.search_index
      .map((entry) => [score(entry, words), entry])
      .filter(([points]) => points > 0)
      .sort((a, b) => b[0] - a[0])
      .slice(0, 24);
    list.replaceChildren();
    found.forEach(([, [title, where, address, text]], i) => {
      const link = element("a", text ? "prose" : "name", "");
      link.href = here + address;
      link.id = "found" + i;
      link.setAttribute("role", "option");
      link.append(element("b", "", title), element("span", "", where));
      const shown = text && excerpt(text, words[0]);
      if (shown) link.append(element("small", "", shown));
      list.append(link);
    });
    if (!found.length) list.append(element("p", "", "Nothing found."));
    list.hidden = false;
    field.setAttribute("aria-expanded", true);
    choose(0);
  };

  field.addEventListener("input", search);
  field.addEventListener("focus", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) list.querySelectorAll("a")[chosen].click();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#search")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/INPUT|TEXTAREA/.test(document.activeElement.tagName)) {
      field.focus();
      event.preventDefault();
    }
  });
}
