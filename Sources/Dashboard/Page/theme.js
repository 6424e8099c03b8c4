// A classic script, so that the chosen colours are there before the first paint.
(() => {
  try {
    const chosen = localStorage.getItem("usplit-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage can be switched off; the system's colours are right then.
  }
})();
