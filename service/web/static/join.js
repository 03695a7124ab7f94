// An invitation link carries its secret in the fragment, which browsers do not send: send it in the body of a form
// instead, and remove it from the address bar. Without this script the link is pasted by hand.
const openLink = () => {
  const link = location.hash.slice(1);
  const field = document.querySelector("[data-link]");
  if (link && field) {
    history.replaceState(null, "", location.pathname);
    field.value = link;
    field.form.submit();
  }
};

addEventListener("hashchange", openLink);
openLink();
