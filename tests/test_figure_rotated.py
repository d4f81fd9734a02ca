from lmm_app.figures.added_variable import added_variable_figure
from lmm_app.figures.rotated import rotated_figure
from lmm_app.figures.weights import weights_figure
from lmm_core import added_variable, wls
from tests.odd_views import view


def test_the_rotated_picture_holds_both_figures_unchanged():
    rotated = view("interior").reml.rotated
    weights = weights_figure(rotated.values, wls(rotated, 0.6).weights, 0.6)
    regression = added_variable_figure(added_variable(rotated, 0.6, 1), "sex", "weight")
    both = rotated_figure(weights, regression)
    assert [len(trace.x) for trace in both.data] == [
        len(trace.x) for figure in (weights, regression) for trace in figure.data
    ]
    assert both.layout.yaxis.range == weights.layout.yaxis.range
    assert both.layout.xaxis2.range == regression.layout.xaxis.range
    assert both.layout.xaxis2.title.text == "sex, rotated"
    alone = rotated_figure(weights, None)
    assert len(alone.data) == len(weights.data)
    assert alone.layout.height < both.layout.height
