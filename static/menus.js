// Menus open where they can be seen, and close with Escape, when the focus leaves them, and when something else is clicked.
export function closeMenus(root) {
  const showMenu = ({ target }) => target.matches(".menu[open]") && target.lastElementChild.scrollIntoView({ block: "nearest" });
  root.addEventListener("toggle", showMenu, { capture: true }); // it does not bubble
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    const menu = target.closest?.(".menu");
    const isLeft = relatedTarget && !menu?.contains(relatedTarget) && !relatedTarget.contains(menu);
    if (menu && isLeft) menu.open = false; // a press inside the menu may focus nothing, or what is around it
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
