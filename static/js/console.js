/* What the console adds to plain links, forms and htmx: everything below is optional comfort.
 *
 *   a[data-dialog]        opens the confirmation page behind the link as a dialog
 *   [data-copy="text"]    copies the text; its own words change to data-copied
 *   form[data-guard]      asks before typed changes are left behind
 *   [data-toggle-secret]  shows or hides the password field it names; its hidden parent appears
 *   #error-summary        takes focus when the page arrives
 *   [data-key="x"]        is clicked by the key x, where nothing is typed
 *   .row-link             the rows of a list: j and k go down and up; with a panel beside, it follows
 *   .side [aria-current]  is in sight where the navigation is one line that is swiped
 *   polls                 rest while the tab is hidden
 */
"use strict";

(() => {
  const announce = (text) => {
    document.getElementById("announce").textContent = text;
  };

  // --- dialogs: the confirmation of another page, shown over this one ------------------------

  const openDialog = async (link) => {
    const answer = await fetch(link.href, { headers: { "X-Requested-With": "fetch" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const confirmation = page.getElementById("confirmation");
    if (!answer.ok || !confirmation) {
      location.href = link.href;
      return;
    }
    const dialog = document.createElement("dialog");
    const title = document.createElement("h2");
    title.id = "dialog-title";
    title.textContent = page.querySelector("h1").firstChild.textContent.trim();
    dialog.setAttribute("aria-labelledby", title.id);
    confirmation.prepend(title);
    dialog.append(document.adoptNode(confirmation));
    document.getElementById("dialog-slot").replaceChildren(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus();
    });
    dialog.showModal();
    dialog.querySelector("[data-cancel]")?.focus();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      openDialog(link);
    }
    const cancel = event.target.closest("dialog [data-cancel]");
    if (cancel) {
      event.preventDefault();
      cancel.closest("dialog").close();
    }
  });

  // --- copying, showing a secret while it is typed --------------------------------------------

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      await navigator.clipboard.writeText(button.dataset.copy);
      announce(button.dataset.copied || "");
    }
    const toggle = event.target.closest("[data-toggle-secret]");
    if (toggle) {
      const field = document.getElementById(toggle.dataset.toggleSecret);
      const hidden = field.type === "password";
      field.type = hidden ? "text" : "password";
      toggle.setAttribute("aria-pressed", String(hidden));
    }
  });

  // --- menus close when one goes on elsewhere -------------------------------------------------

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // --- nothing typed is lost by leaving -------------------------------------------------------

  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => changed.delete(event.target));
  addEventListener("beforeunload", (event) => {
    if (changed.size) event.preventDefault();
  });

  // --- polls rest while nobody looks ----------------------------------------------------------

  document.addEventListener("htmx:beforeRequest", (event) => {
    const polls = (event.target.getAttribute("hx-trigger") || "").includes("every");
    if (polls && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const news = event.target.querySelector?.("[data-announce]")?.dataset.announce;
    if (news && news !== document.getElementById("announce").textContent) announce(news);
  });

  // --- a list and what is open beside it ------------------------------------------------------

  const panel = () => document.querySelector("#panel:not([hidden])");
  const rows = () => [...document.querySelectorAll("main .row-link")];
  const showOpen = (row) => {
    for (const link of rows()) {
      if (link === row) link.closest("tr").setAttribute("aria-current", "true");
      else link.closest("tr")?.removeAttribute("aria-current");
    }
  };

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "panel") return;
    const left = document.getElementById(event.detail.target.dataset.entry);
    const row = document.getElementById(panel()?.dataset.entry);
    showOpen(row);
    // On a narrow screen the entry takes the place of its list, and gives it back.
    if (!panel()) left?.focus();
    else if (row && !row.offsetParent) document.getElementById("panel-title").focus();
  });

  let opening = 0;
  const move = (step) => {
    const all = rows();
    const here = document.querySelector("main tr[aria-current]") || document.activeElement.closest("tr");
    const index = all.findIndex((link) => here?.contains(link));
    const next = all[index < 0 ? 0 : index + step];
    if (!next || !document.getElementById("panel")) {
      next?.focus();
      return;
    }
    showOpen(next);
    next.scrollIntoView({ block: "nearest" });
    clearTimeout(opening);
    opening = setTimeout(() => next.click(), 150);
  };

  // --- keys -----------------------------------------------------------------------------------

  const KEYS = {
    "/": () => document.querySelector("main input[type=search]") || document.getElementById("find"),
    j: () => move(1),
    k: () => move(-1),
    Enter: () => document.activeElement === document.body && document.getElementById("panel-title"),
  };

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    const found = button || KEYS[event.key]?.();
    if (!found) return;
    event.preventDefault();
    if (button) button.click();
    else found.focus();
  });

  // --- arriving -------------------------------------------------------------------------------

  const takeFocus = () => document.getElementById("error-summary")?.focus();
  const showPlace = () => {
    const here = document.querySelector(".side [aria-current]");
    const line = here?.closest("ul");
    if (line) line.scrollLeft += here.getBoundingClientRect().left - line.getBoundingClientRect().left - 16;
  };
  addEventListener("DOMContentLoaded", () => {
    takeFocus();
    for (const toggle of document.querySelectorAll("[hidden] > [data-toggle-secret]")) {
      toggle.parentElement.hidden = false;
    }
    showPlace();
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.target.querySelector?.("#error-summary") || event.target.id === "error-summary") {
      takeFocus();
    }
  });
})();
