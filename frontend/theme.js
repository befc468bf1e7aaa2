// Runs before the first paint, so that no wrong colour flashes: the theme chosen here, else the system's; and whether
// a room or the door is to be drawn first.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const read = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const apply = () => {
    const chosen = read("confab.theme");
    root.dataset.theme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
  };
  apply();
  if (!read("confab.signed-in")) root.dataset.door = "";
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("confab-theme", apply);
})();
