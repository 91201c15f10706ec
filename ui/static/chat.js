// The narrow layout shows one pane at a time; the wide one ignores the attribute.
(() => {
  const show = (pane) => {
    document.documentElement.dataset.pane = pane;
    for (const tab of document.querySelectorAll(".tabs [data-pane]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.pane === pane));
    }
  };
  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.(".tabs [data-pane]");
    if (tab) show(tab.dataset.pane);
    // Whatever is sent or chosen is answered in the conversation.
    else if (event.target.closest?.("#send, #person, #quick button, #new, #sure-yes")) show("chat");
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
    show(document.documentElement.dataset.pane ?? "chat");
    // The component names each message by its source text, which here is markup; the content speaks for itself.
    for (const message of document.querySelectorAll("#chat [aria-label*='message:']")) message.removeAttribute("aria-label");
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
