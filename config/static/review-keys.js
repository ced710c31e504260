// The desk of doubtful matches without a mouse and without waiting: a key stands for the button or link that bears it,
// and only what changes from one item to the next is fetched. The item that comes next is fetched beforehand, shown at
// once when this one is settled, and brought up to date by the answer; where something was wrong, the item comes back
// with the reason. Without this script the same buttons do the same.
(() => {
  const main = document.getElementById("content-main");
  const help = document.getElementById("desk-help");
  const desk = () => document.getElementById("desk");
  if (!main || !desk()) return;
  let busy = false;
  let pressed = null; // a key that came while an answer was on its way, and the item that it meant
  let ahead = null; // the item that comes next, where it is, and the promise of its text

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html").getElementById("desk");

  const lookAhead = () => {
    const link = main.querySelector("a[rel=next][data-fragment]");
    ahead = null;
    if (!link) return;
    const text = fetch(link.dataset.fragment, { credentials: "same-origin" })
      .then((response) => (response.ok && !response.redirected ? response.text() : ""))
      .catch(() => "");
    ahead = { item: link.dataset.leadsTo, address: link.dataset.fragment, page: link.href, text };
  };

  const put = (fresh) => {
    desk().replaceWith(fresh);
    fresh.querySelector("[data-help]")?.removeAttribute("hidden");
    if (fresh.dataset.address !== location.pathname + location.search) {
      history.pushState(null, "", fresh.dataset.address);
    }
    window.scrollTo(0, 0);
    fresh.querySelector("[data-focus]")?.focus({ preventScroll: true });
  };

  // The answer speaks of the item that is shown already: what it says is shown there, and it is what comes next.
  const keep = (fresh) => {
    const said = fresh.querySelector(".messagelist");
    if (said) desk().prepend(said);
    const count = fresh.querySelector(".desk-count");
    if (count) desk().querySelector(".desk-count")?.replaceWith(count.cloneNode(true));
    const link = desk().querySelector("a[rel=next]");
    ahead = null;
    if (!fresh.dataset.item) return link?.remove();
    const { item, fragment: address, address: page } = fresh.dataset;
    ahead = { item, address, page, text: Promise.resolve(fresh.outerHTML) };
    if (link) [link.href, link.dataset.fragment, link.dataset.leadsTo] = [page, address, item];
  };

  // Ask, and show the answer: an item, or where to go when none is left. `soon`, what comes next, is shown until then.
  const ask = async (address, options, soon) => {
    busy = true;
    main.setAttribute("aria-busy", "true");
    try {
      const answer = fetch(address, { credentials: "same-origin", ...options });
      const ready = soon && parsed(await soon.text);
      if (ready) put(ready);
      const response = await answer;
      const fresh = response.ok && parsed(await response.text());
      if (!fresh) return location.reload();
      if (fresh.dataset.after) {
        if (fresh.dataset.after !== desk().dataset.item) return location.assign(soon.page);
        keep(fresh);
      } else if (!fresh.dataset.item) {
        return location.assign(fresh.dataset.address);
      } else {
        put(fresh);
        lookAhead();
      }
    } catch {
      location.reload(); // the connection is gone: the browser says so better
    } finally {
      busy = false;
      main.removeAttribute("aria-busy");
    }
    const again = pressed;
    pressed = null;
    if (again && again.item === desk().dataset.item) press(again.key);
  };

  // Go to another item without deciding; what was fetched beforehand need not be asked for again.
  const walk = async (link) => {
    const known = ahead?.address === link.dataset.fragment && parsed(await ahead.text);
    if (!known) return ask(link.dataset.fragment, {}, null);
    put(known);
    lookAhead();
  };

  const press = (key) => {
    const bearer = key.length === 1 && main.querySelector(`[data-key~="${CSS.escape(key)}"]`);
    if (!bearer) return false;
    if (busy) pressed = { key, item: desk().dataset.item };
    else bearer.click();
    return true;
  };

  main.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-step]")) return;
    event.preventDefault();
    if (busy) return;
    const body = new FormData(form, event.submitter);
    body.set("desk", "1");
    const soon = form.dataset.step === "onward" ? ahead : null;
    if (soon) body.set("ahead", soon.item);
    ask(form.action, { method: "POST", body: new URLSearchParams(body) }, soon);
  });

  main.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) help.showModal();
    const link = event.target.closest("a[data-fragment]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (busy) return;
    walk(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    if (event.target.matches("input[type=text], textarea, select")) return;
    if (event.repeat) return;
    if (press(event.key === "？" ? "?" : event.key.toLowerCase())) event.preventDefault();
  });

  window.addEventListener("popstate", () => location.reload());
  desk().querySelector("[data-help]")?.removeAttribute("hidden");
  lookAhead();
})();
