// What a visitor thinks of an answer: the thumbs under it, and a comment after a thumb down. What is shown as given is
// what the server keeps; the thumb moves at once and moves back when it could not be kept.
(() => {
  const LONGEST = 2000;
  const PATIENCE_MS = 20000;
  // By answer: a comment being written, the thumb that is kept, the request under way, and whether the comment is open.
  const drafts = new Map(), kept = new Map(), sent = new Map(), opened = new Set();
  let writing;
  const part = (opinion, name) => opinion.querySelector(`.${name}`);
  const words = (opinion, name) => part(opinion, name).textContent;
  const given = (opinion) => ["up", "down"].find((thumb) => opinion.classList.contains(thumb)) ?? null;

  const show = (opinion, rating) => {
    for (const thumb of opinion.querySelectorAll(".thumb")) {
      opinion.classList.toggle(thumb.value, thumb.value === rating);
      thumb.setAttribute("aria-pressed", String(thumb.value === rating));
    }
  };
  const tell = (opinion, text, bad = false) => {
    part(opinion, "told").textContent = text;
    part(opinion, "told").classList.toggle("bad", bad);
  };

  // An answer is drawn anew whenever the conversation is; what was being written in it comes back.
  const dress = (opinion) => {
    const why = part(opinion, "why"), box = document.createElement("textarea");
    box.maxLength = LONGEST;
    box.rows = 3;
    box.setAttribute("aria-label", words(opinion, "ask"));
    box.value = drafts.get(opinion.id) ?? words(opinion, "kept");
    why.insertBefore(box, part(opinion, "submit"));
    why.open = opened.has(opinion.id);
    show(opinion, given(opinion));
    if (!sent.has(opinion.id)) kept.set(opinion.id, given(opinion));
    if (writing === opinion.id) box.focus({ preventScroll: true });
  };
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      document.querySelectorAll("#chat .opinion:not(:has(textarea))").forEach(dress);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  const post = async (id, rating, comment) => {
    const dot = id.lastIndexOf(".");
    const answer = await fetch("/api/v1/feedback", {
      method: "POST",
      // The page's language, which need not be the browser's.
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify({ session_id: id.slice(0, dot), turn: Number(id.slice(dot + 1)), rating, comment }),
      keepalive: true,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.ok) return;
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(), { told: problem.detail });
  };

  // One request at a time for each answer, so that the last click is the last to be kept.
  const send = async (id, rating, comment) => {
    const mine = (sent.get(id) ?? Promise.resolve()).catch(() => {}).then(() => post(id, rating, comment));
    sent.set(id, mine);
    try {
      await mine;
      kept.set(id, rating);
      return {};
    } catch (error) {
      return { problem: error.told ?? "" };
    } finally {
      if (sent.get(id) === mine) sent.delete(id);
    }
  };

  // The answer may have been drawn anew meanwhile, or be gone.
  const settle = (id, { problem }) => {
    const opinion = document.getElementById(id);
    if (!opinion || sent.has(id)) return null;
    show(opinion, kept.get(id));
    tell(opinion, problem === undefined ? words(opinion, "thanks") : problem || words(opinion, "lost"), problem !== undefined);
    return problem === undefined ? opinion : null;
  };

  const rate = async (opinion, rating) => {
    const why = part(opinion, "why"), box = opinion.querySelector("textarea");
    if (given(opinion) === rating) {
      why.open = rating === "down" && !why.open;
      return;
    }
    // The comment belongs to the thumb down that it explains; its words stay for whoever comes back to it.
    if (box.value) drafts.set(opinion.id, box.value);
    tell(opinion, "");
    show(opinion, rating);
    why.open = rating === "down";
    if (why.open) why.scrollIntoView({ block: "nearest" });
    settle(opinion.id, await send(opinion.id, rating, null))?.classList.remove("commented");
  };

  const comment = async (opinion) => {
    const { id } = opinion, box = opinion.querySelector("textarea"), text = box.value.trim();
    if (!text && !opinion.classList.contains("commented")) {
      part(opinion, "why").open = false;
      return;
    }
    const submit = part(opinion, "submit");
    submit.disabled = true;
    tell(opinion, "");
    const outcome = await send(id, "down", text || null);
    submit.disabled = false;
    const settled = settle(id, outcome);
    if (!settled) return;
    if (settled.querySelector("textarea").value.trim() === text) {
      drafts.delete(id);
      part(settled, "why").open = false;
    }
    settled.classList.toggle("commented", Boolean(text));
  };

  const at = (event, selector) => event.target.closest?.(`#chat .opinion ${selector}`);
  document.addEventListener("click", (event) => {
    const button = at(event, ".thumb") ?? at(event, ".submit");
    if (button?.matches(".thumb")) rate(button.closest(".opinion"), button.value);
    else if (button) comment(button.closest(".opinion"));
  });
  document.addEventListener("input", (event) => {
    const box = at(event, "textarea");
    if (box) drafts.set(box.closest(".opinion").id, box.value);
  });
  document.addEventListener("toggle", (event) => {
    const why = at(event, ".why");
    if (why) opened[why.open ? "add" : "delete"](why.closest(".opinion").id);
  }, { capture: true });
  document.addEventListener("focusin", (event) => { writing = at(event, "textarea")?.closest(".opinion").id; });
  // A box that was taken away with its drawing was not left.
  document.addEventListener("focusout", (event) => {
    setTimeout(() => { if (event.target.isConnected && document.activeElement === document.body) writing = undefined; });
  });
  document.addEventListener("keydown", (event) => {
    const box = at(event, "textarea");
    if (box && event.key === "Enter" && (event.ctrlKey || event.metaKey)) comment(box.closest(".opinion"));
  });
})();
