try {
  const { dataset } = document.documentElement;
  dataset.theme ||= localStorage.theme || "";
} catch {}
addEventListener("loadeddata", () => (window.__matinee_loaded ??= performance.now()), true);
{
  const chosen = new Map();
  let pressed;
  const press = ({ target }) => (pressed = target.closest("button[type=button]"));
  const choose = ({ target }) =>
    target.matches("select, [type=checkbox], [type=radio], [type=file]") && chosen.set(target, [target.value, target.checked]);
  const alive = () => {
    removeEventListener("click", press, true);
    removeEventListener("change", choose, true);
    setTimeout(() => {
      for (const [field, [value, checked]] of chosen) {
        if (field.type !== "file") field.value = value;
        if (checked !== undefined) field.checked = checked;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
      if (pressed?.isConnected) pressed.click();
    });
  };
  addEventListener("click", press, true);
  addEventListener("change", choose, true);
  addEventListener("matinee:alive", alive, { once: true });
}
