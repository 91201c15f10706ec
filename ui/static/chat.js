// What all tabs of this browser share: each keeps its visit here, and the later choice of a conversation counts.
window.advisorVisit = (() => {
  const PLACE = "advisor.newest";
  const read = () => {
    try { return JSON.parse(localStorage.getItem(PLACE)); } catch { return null; }
  };
  return {
    PLACE,
    keep(visit) {
      const newest = read();
      const later = (newest?.since ?? 0) > (visit?.since ?? 0);
      // What a tab shows of the conversation chosen last is always told; another choice only if it is the later one.
      if (!visit || (later && newest.session !== visit.session)) return;
      const since = later ? newest.since : visit.since;
      try { localStorage.setItem(PLACE, JSON.stringify({ ...visit, since })); } catch { /* a browser that keeps nothing */ }
    },
    beside(visit) {
      const newest = read();
      return newest ? { ...visit, newest } : visit;
    },
  };
})();

// Another tab may have gone on, begun anew or deleted: look when this one comes into view, and while a reply that was
// asked for elsewhere is still to come. Never while this tab is telling a turn of its own.
(() => {
  const busy = () => document.querySelector("#chat .status:not(.elsewhere), #chat .arriving");
  const look = () => {
    if (document.visibilityState === "visible" && !busy()) document.querySelector("#look")?.click();
  };
  let due;
  const soon = () => { clearTimeout(due); due = setTimeout(look, 60); };
  document.addEventListener("visibilitychange", soon);
  addEventListener("focus", soon);
  addEventListener("pageshow", (event) => { if (event.persisted) soon(); });
  addEventListener("storage", (event) => { if (event.key === window.advisorVisit.PLACE) soon(); });
  setInterval(() => { if (document.querySelector("#chat .status.elsewhere")) look(); }, 1500);
})();

// The narrow layout shows one pane at a time; the wide one ignores the attribute.
(() => {
  const seen = {};
  const pane = () => document.documentElement.dataset.pane ?? "chat";
  const show = (name) => {
    document.documentElement.dataset.pane = name;
    paint();
  };
  // A pane whose content changed since it was last in view gets a dot.
  const paint = () => {
    const marks = document.querySelector("#card .marks")?.dataset;
    if (marks?.chat === "0") for (const name of ["chat", "card", "list"]) delete seen[name];
    for (const tab of document.querySelectorAll(".tabs [data-pane]")) {
      const name = tab.dataset.pane;
      if (marks && (name === pane() || !(name in seen))) seen[name] = marks[name];
      tab.setAttribute("aria-selected", String(name === pane()));
      tab.toggleAttribute("data-news", Boolean(marks) && seen[name] !== marks[name]);
    }
  };
  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.(".tabs [data-pane]");
    if (tab) show(tab.dataset.pane);
    // Whatever is sent or chosen is answered in the conversation.
    else if (event.target.closest?.("#send, #person, #quick button, #new, #back, #sure-yes")) show("chat");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.closest?.("#box")) show("chat");
  });
  // The page's language follows the labels, for screen readers and hyphenation.
  new MutationObserver(() => {
    const brand = document.querySelector(".brand[data-lang]");
    if (brand && document.documentElement.lang !== brand.dataset.lang) {
      document.documentElement.lang = brand.dataset.lang;
      document.title = brand.querySelector("h1").textContent;
    }
    show(pane());
    // The component names each message by its source text, which here is markup; the content speaks for itself.
    for (const message of document.querySelectorAll("#chat [aria-label*='message:']")) message.removeAttribute("aria-label");
  }).observe(document.documentElement, { childList: true, subtree: true });
})();

// What is sent or chosen is followed down to its answer, wherever the conversation had been scrolled to, until the
// visitor scrolls away again.
(() => {
  let following = false;
  const log = () => document.querySelector("#chat [role='log']");
  const down = () => { const end = log(); if (end) end.scrollTop = end.scrollHeight; };
  const follow = () => { following = true; down(); };
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#send, #person, #quick button, #new, #back, #sure-yes")) follow();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.closest?.("#box")) follow();
  });
  // Whoever scrolls away, by whatever means, is left where they are; new text alone scrolls nothing.
  document.addEventListener("scroll", (event) => {
    const end = log();
    if (event.target === end && end.scrollHeight - end.clientHeight - end.scrollTop > 60) following = false;
  }, { capture: true, passive: true });
  // Once a frame at most: a streamed reply changes far more often than it is drawn.
  let due = false;
  const soon = () => { if (due) return; due = true; requestAnimationFrame(() => { due = false; if (following) down(); }); };
  new MutationObserver(() => { if (following) soon(); })
    .observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
