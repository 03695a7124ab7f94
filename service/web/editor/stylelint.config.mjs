// Only what finds errors: the order and repetition of selectors is a matter of style.
export default {
  extends: ["stylelint-config-recommended"],
  rules: { "no-descending-specificity": null, "no-duplicate-selectors": null },
};
