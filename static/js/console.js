/* What the console adds to plain links, forms and htmx: everything below is optional comfort.
 *
 *   a[data-dialog]        opens the confirmation page behind the link as a dialog
 *   [data-copy="text"]    copies the text; its own words change to data-copied
 *   form[data-guard]      asks before typed changes are left behind
 *   [data-toggle-secret]  shows or hides the password field it names
 *   #error-summary        takes focus when the page arrives
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

  // --- keys -----------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const wanted = { "/": "main input[type=search], #find", t: "[data-key=t]" }[event.key];
    const found = wanted && document.querySelector(wanted);
    if (!found) return;
    event.preventDefault();
    if (event.key === "/") found.focus();
    else found.click();
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
    showPlace();
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.target.querySelector?.("#error-summary") || event.target.id === "error-summary") {
      takeFocus();
    }
  });
})();
