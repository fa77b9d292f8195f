// Menus close with Escape, when the focus leaves them, and when something else is clicked.
export function closeMenus(root) {
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    const menu = target.closest?.(".menu");
    if (menu && !menu.contains(relatedTarget)) menu.open = false;
  });
  root.addEventListener("keydown", ({ key, target }) => {
    const menu = key === "Escape" && target.closest(".menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", ({ target }) => {
    for (const menu of root.querySelectorAll(".menu[open]")) if (!menu.contains(target)) menu.open = false;
  });
}
