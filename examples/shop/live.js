// Shows an order anew once something became of it.
const shown = document.querySelector("[data-status]").dataset.status;
const again = setInterval(async () => {
  const { status } = await (await fetch(`${location.pathname}.json`)).json();
  if (status !== shown) location.replace(location.pathname);
}, 1000);
if (shown === "refunded" || shown === "closed") clearInterval(again);
