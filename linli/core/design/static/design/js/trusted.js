// Trusted Types: the one way from text to HTML is htmx's, by this policy; text never becomes script. A classic script
// between htmx and its start, since htmx parses nothing before it has the policy.

const refuse = () => {
  throw new TypeError("text does not become script here");
};
const rules = {
  createHTML: (html) => html, // from our own origin: connect-src lets htmx ask no other
  createScript: (text) => (text.trim() ? refuse() : ""),
};

htmx.registerExtension("linli-trusted", {
  init(api) {
    api.initSecurity(window.trustedTypes?.createPolicy("linli", rules) ?? rules, refuse, refuse);
  },
});
