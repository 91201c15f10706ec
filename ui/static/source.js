// The other language opens on the same passage: a link without a fragment would lose it.
const keepAnchor = () => {
  for (const link of document.querySelectorAll("nav a")) {
    link.href = `${link.getAttribute("href").split("#")[0]}${location.hash}`;
  }
};
addEventListener("hashchange", keepAnchor);
keepAnchor();
document.querySelector(":target")?.scrollIntoView({ block: "center" });
