(() => {
  const size = { k: 1e3, M: 1e6, bn: 1e9 };
  const value = (row, at) => {
    const cell = row.cells[at];
    const own = cell ? [...cell.childNodes].filter(n => !(n.classList && n.classList.contains("quiet"))) : [];
    const text = (own.length ? own.map(n => n.textContent).join(" ") : cell ? cell.textContent : "").trim();
    const plain = text.replace(/[\u2212\u2013]/g, "-").replace(/\u00a0/g, " ");
    const found = plain.match(/^([+-]?)[^\d+-]{0,4}([+-]?)([\d,]+(?:\.\d+)?) ?(k|M|bn)?\b/);
    if (!found || /^\d{4}-\d{2}-\d{2}/.test(plain)) return [text === "" || plain === "-" ? 2 : 1, text.toLowerCase()];
    const number = parseFloat(found[3].replace(/,/g, "")) * (size[found[4]] || 1);
    return [0, found[1] === "-" || found[2] === "-" ? -number : number];
  };
  const compare = (a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].map((row, place) => [value(row, at), place, row]);
        rows.sort((a, b) => (a[0][0] === 2 || b[0][0] === 2 ? a[0][0] - b[0][0] : (down ? -1 : 1) * compare(a[0], b[0])) || a[1] - b[1]);
        body.append(...rows.map(row => row[2]));
      });
    });
  }
})();
