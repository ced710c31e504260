// A doubtful match is settled without a mouse: a digit chooses a candidate, N a new enterprise, Enter settles, S skips.
(() => {
  const form = document.querySelector("form[data-keys]");
  if (!form) return;
  const choices = [...form.querySelectorAll("input[name=choice]")];
  const fresh = choices[choices.length - 1];
  const candidates = choices.slice(0, -2); // before "another" and "new"
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=text], textarea, select")) return;
    const key = event.key.toLowerCase();
    const chosen = /^[1-9]$/.test(key) ? candidates[Number(key) - 1] : key === "n" ? fresh : null;
    if (chosen) {
      chosen.checked = true;
      chosen.focus();
    } else if (key === "s") {
      location.href = form.querySelector("[data-later]").href;
    } else if (key === "enter" && event.target.closest("a, button") === null && event.target.type !== "submit") {
      form.requestSubmit();
    } else {
      return;
    }
    event.preventDefault();
  });
})();
