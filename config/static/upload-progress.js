// How far a reading is, asked again and again until it ends; then the page is loaded anew and shows what came of it.
(() => {
  const place = document.querySelector("[data-progress]");
  if (!place) return;
  const bar = place.querySelector("progress");
  const show = (told) => {
    place.querySelector("[data-rows]").textContent = told.rows.toLocaleString();
    place.querySelector("[data-expected]").textContent = told.expected.toLocaleString();
    place.querySelector("[data-of]").hidden = !told.expected;
    if (told.percent !== null) bar.value = told.percent;
  };
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.progress, { credentials: "same-origin" });
      const told = answer.ok && !answer.redirected ? await answer.json() : null;
      if (!told || !told.waits) return location.reload(); // signed out, or done
      show(told);
    } catch {
      // The line is down for a moment: the reading goes on without us.
    }
    setTimeout(ask, 700);
  };
  setTimeout(ask, 300);
})();
