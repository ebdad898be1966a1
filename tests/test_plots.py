"""Plots: what is drawn, and that nothing is complained about (warnings are errors)."""

import numpy as np
import pytest
from matplotlib.image import imread

from fitter import plots
from fitter.corner import corner
from fitter.parameter import Parameter
from fitter.prior import LogUniform, Uniform

PARAMETERS = (
    Parameter("g", LogUniform(1e-3, 1.0), "", "g_{bb}"),
    Parameter("m", LogUniform(10.0, 1e4), "GeV", "M_{Z'}"),
    Parameter("c", Uniform(-4.0, 4.0), "", "C_9"),
)


@pytest.fixture
def draws():
    rng = np.random.default_rng(3)
    z = rng.normal(size=(4000, 3))
    theta = np.column_stack([10 ** (-1.5 + 0.3 * z[:, 0]), 10 ** (2.5 + 0.2 * z[:, 0] + 0.2 * z[:, 1]), z[:, 2]])
    return theta, rng.random(4000)


def texts(figure):
    found = [text.get_text() for axes in figure.axes for text in (axes.xaxis.label, axes.yaxis.label, axes.title)]
    for legend in figure.legends:
        found += [legend.get_title().get_text(), *(text.get_text() for text in legend.get_texts())]
    return found


def saved(figure, path):
    image = imread(plots.save(figure, path / "figure.png"))
    assert image.std() > 0.02  # something is drawn
    return image


def test_corner_has_labels_units_levels_and_best_fit(draws, tmp_path):
    theta, weights = draws
    figure = corner(theta, weights, PARAMETERS, best=theta[0], title="model", note="not converged")
    shown = " ".join(texts(figure))
    for text in (r"M_{Z'}", r"\mathrm{GeV}", "68.27 %", "95.45 %", "best fit", "model", "not converged"):
        assert text in shown
    panels = np.array(figure.axes, object).reshape(3, 3)
    assert panels[1, 0].get_xscale() == panels[1, 0].get_yscale() == "log"
    assert panels[2, 0].get_yscale() == "linear"
    saved(figure, tmp_path)


@pytest.mark.parametrize("dimension", [1, 2])
def test_corner_of_few_parameters(draws, tmp_path, dimension):
    theta, weights = draws
    saved(corner(theta[:, :dimension], weights, PARAMETERS[:dimension]), tmp_path)


def test_corner_of_a_pinned_parameter(draws, tmp_path):
    theta, weights = draws
    theta[:, 2] = 1.0
    saved(corner(theta, weights, PARAMETERS), tmp_path)


def test_contours_hold_their_probability(draws):
    """The outer contour of two Gaussian coordinates encloses 95.45 % of them."""
    theta, _ = draws
    figure = corner(theta[:, :2], np.ones(len(theta)), PARAMETERS[:2])
    lines = [c for c in figure.axes[2].collections if len(c.get_paths())]
    inside = [c.get_paths()[0].contains_points(theta[:, :2]).mean() for c in lines]
    assert min(abs(share - 0.9545) for share in inside) < 0.02


def test_traces(draws, tmp_path):
    theta, _ = draws
    figure = plots.traces(theta, np.arange(len(theta)) % 4, PARAMETERS, title="run")
    assert figure.axes[0].get_yscale() == "log"
    assert figure.axes[2].get_yscale() == "linear"
    saved(figure, tmp_path)


def test_history(tmp_path):
    figure = plots.history({"iteration": np.arange(50), "log_evidence": np.arange(50.0), "tau": np.ones((50, 2))})
    assert [axes.get_ylabel() for axes in figure.axes] == ["log evidence", "tau"]
    saved(figure, tmp_path)


def test_history_ignores_a_start_that_dwarfs_the_rest():
    values = np.r_[-1e14, np.linspace(-5.0, 3.0, 99)]
    low, high = plots.history({"log_evidence": values}).axes[0].get_ylim()
    assert -10 < low < high < 5


def test_history_without_arrays(tmp_path):
    plots.save(plots.history({}), tmp_path / "empty.png")


def test_pulls_show_the_hardest(tmp_path):
    values = np.linspace(-3, 3, 101)
    figure = plots.pulls([f"x{k}" for k in range(101)], values, ["t"] * 101, title="model", most=10)
    shown = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert shown == [f"x{k}" for k in (0, 1, 2, 3, 4, 96, 97, 98, 99, 100)]
    assert "10 largest of 101" in figure.axes[0].get_title("left")
    saved(figure, tmp_path)


def test_short_logarithmic_axes_have_few_numbers(draws):
    """Less than two decades: 1, 2 and 5 of each, written once at the lower edge."""
    theta, weights = draws
    figure = corner(theta[:, :2], weights, PARAMETERS[:2])
    figure.canvas.draw()
    lower, inner = figure.axes[2], figure.axes[0]
    low, high = lower.get_xlim()
    shown = [label.get_text() for label in lower.get_xticklabels() if low <= label.get_position()[0] <= high]
    assert 2 <= len(shown) <= 6
    assert all(text.lstrip("0.")[0] in "125" for text in shown)
    assert not any(label.get_text() for label in lower.get_xticklabels(minor=True))
    assert not any(label.get_text() for label in inner.get_xticklabels())


def test_more_terms_than_colours_are_told_apart():
    figure = plots.pulls([f"x{k}" for k in range(10)], np.ones(10), [f"t{k}" for k in range(10)])
    bars = {
        (bar.get_facecolor(), bar.get_hatch()) for bar in figure.axes[0].patches if abs(bar.get_height() - 0.62) < 1e-9
    }
    assert len(bars) == 10
