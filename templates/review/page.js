"use strict";
// The page is whole without this: it adds filters, keys, and folds that open by themselves.
(() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const find = (id) => document.getElementById(id);

  // ---- dark or light ----
  const theme = find("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => { try { return localStorage.getItem("goldsmith-theme"); } catch { return null; } };
  const paint = (name) => {
    document.documentElement.dataset.theme = name;
    theme.textContent = name === "dark" ? "Light" : "Dark";
    theme.setAttribute("aria-label", `Switch to ${name === "dark" ? "light" : "dark"} colours`);
  };
  paint(remembered() || (dark.matches ? "dark" : "light"));
  theme.hidden = false;
  theme.addEventListener("click", () => {
    paint(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    try { localStorage.setItem("goldsmith-theme", document.documentElement.dataset.theme); } catch { /* not kept */ }
  });

  // ---- filters ----
  const form = document.querySelector(".filters");
  const environment = find("environment"), level = find("level"), text = find("text");
  const rows = all("tr[data-root]");
  const cells = all("a.cell");
  const parts = all("[data-roots]").map((element) => ({
    element, roots: element.dataset.roots.split(" ").filter(Boolean).map(Number),
  }));
  const words = new Map(); // of a root: its row, and what its group would do
  const wordsOf = (number) => {
    if (!words.size) {
      rows.forEach((row) => words.set(Number(row.dataset.root), row.textContent.toLowerCase()));
      for (const { element, roots } of parts) {
        const told = all("pre", element).map((each) => each.textContent).join(" ") ||
          (element.matches("li") ? element.textContent : "");
        roots.forEach((root) => words.set(root, `${words.get(root)} ${told.toLowerCase()}`));
      }
    }
    return words.get(number);
  };

  const filter = () => {
    const wanted = text.value.trim().toLowerCase();
    const shown = new Set();
    for (const row of rows) {
      const number = Number(row.dataset.root);
      const fits = (!environment.value || row.dataset.environment === environment.value) &&
        (!level.value || row.dataset.level === level.value) && (!wanted || wordsOf(number).includes(wanted));
      row.hidden = !fits;
      if (fits) shown.add(number);
    }
    for (const cell of cells) cell.hidden = !shown.has(Number(cell.dataset.root));
    for (const line of all(".matrix tbody tr")) line.hidden = !line.querySelector("a.cell:not([hidden])");
    for (const table of all(".matrix")) table.parentElement.hidden = !table.querySelector("tbody tr:not([hidden])");
    for (const { element, roots } of parts) {
      element.hidden = roots.length > 0 && !roots.some((root) => shown.has(root));
    }
    find("shown").value = shown.size === rows.length ? "" : `${shown.size} of ${rows.length} roots`;
    rove();
  };
  const clear = () => { form.reset(); filter(); };

  let waiting = 0;
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", filter);
  text.addEventListener("input", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(filter); });

  // ---- keys ----
  const visible = () => all(".matrix tbody tr:not([hidden])")
    .map((line) => all("td", line).map((place) => place.querySelector("a.cell:not([hidden])")))
    .filter((line) => line.some(Boolean));
  const rove = (chosen = null) => {
    const first = chosen || cells.find((cell) => !cell.hidden);
    for (const cell of cells) cell.tabIndex = cell === first ? 0 : -1;
  };
  const step = (cell, key) => {
    const grid = visible();
    const line = grid.findIndex((each) => each.includes(cell));
    const column = grid[line].indexOf(cell);
    const along = grid[line].filter(Boolean), place = along.indexOf(cell);
    const column_of = (lines) => lines.map((each) => each[column] || each.find(Boolean)).find(Boolean);
    switch (key) {
      case "ArrowRight": return along[place + 1];
      case "ArrowLeft": return along[place - 1];
      case "ArrowDown": return column_of(grid.slice(line + 1));
      case "ArrowUp": return column_of(grid.slice(0, line).reverse());
      case "Home": return along[0];
      case "End": return along[along.length - 1];
      default: return undefined;
    }
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      text.focus();
      text.select();
    } else if (event.key === "Escape" && event.target === text) {
      clear();
    } else if (event.target.matches("a.cell")) {
      const next = step(event.target, event.key);
      if (!next) return;
      event.preventDefault();
      rove(next);
      next.focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
  for (const table of all(".matrix")) {
    table.setAttribute("role", "grid");
    for (const line of all("tr", table)) line.setAttribute("role", "row");
    for (const place of all("td", table)) place.setAttribute("role", "gridcell");
  }
  find("keys").hidden = false;

  // ---- deep links ----
  const reveal = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* as it is */ }
    const target = id && find(id);
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  // A link to where one is already changes no hash.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) reveal();
  });

  // ---- print ----
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => { for (const fold of opened) fold.open = false; });

  filter();
  reveal();
})();
