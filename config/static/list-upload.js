// The upload form's manners: a pasted table that is too long is told before it is sent, and nothing is sent twice.
(() => {
  const form = document.querySelector("form[data-reading]");
  if (!form) return;
  const pasted = form.querySelector("textarea[data-limit]");
  const submit = form.querySelector("[type=submit]");
  const words = submit.value;
  const judge = () => {
    const tooLong = pasted.value.length > Number(pasted.dataset.limit);
    pasted.setCustomValidity(tooLong ? form.dataset.tooLong : "");
  };
  pasted.addEventListener("input", judge);
  form.addEventListener("submit", () => {
    submit.disabled = true;
    submit.value = form.dataset.reading;
  });
  // A page that the browser shows again as it was, after "back", must be usable.
  window.addEventListener("pageshow", () => {
    submit.disabled = false;
    submit.value = words;
    judge();
  });
})();
