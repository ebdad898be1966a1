"""Sizes of the differences between models and papers, as ``darkflavour models MODEL`` prints them."""

import re

import fitter


class Sizes(dict):
    """Functions that recompute sizes, by model, equation and some words that tell two of one equation apart."""

    def of(self, model, equation, about=""):
        """Enter the function that says how large a difference is."""

        def enter(function):
            self[model, equation, about] = function
            return function

        return enter

    def check_entries(self):
        """Every size of these models that has a number in it is recomputed, once."""
        for name in dict.fromkeys(name for name, *_ in self):
            entered = [(equation, about) for model, equation, about in self if model == name]
            for equation, what, text in fitter.model(name).differences:
                found = [1 for where, about in entered if where == equation and about in what]
                assert len(found) == 1 or not (found or re.search(r"\d", text)), f"{name} {equation}: {text}"

    def check(self, entry):
        """The size is the one that the model's list states."""
        model, equation, about = entry
        (text,) = (text for where, what, text in fitter.model(model).differences if where == equation and about in what)
        assert self[entry]() == text
