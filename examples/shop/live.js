// Shows an order anew once something became of it.
const { order, status: shown } = document.querySelector("[data-order]").dataset;
const again = setInterval(async () => {
  const { status } = await (await fetch(`/orders/${order}.json`)).json();
  if (status !== shown) location.replace(`/orders/${order}`);
}, 1000);
if (shown === "refunded" || shown === "closed") clearInterval(again);
