"""Trees for the laws: every kind of node, few names, so that events often meet them."""

from __future__ import annotations

from hypothesis import strategies as st

from triptych.audiences.model import (
    COMPARISONS,
    ORDERINGS,
    And,
    Consent,
    Did,
    DidNot,
    Node,
    Not,
    Operator,
    Or,
    Scalar,
    Sum,
    Test,
    Times,
    TraitIs,
    Unit,
    Window,
)

EVENTS = ("Order Completed", "Product Viewed", 'It\'s "new"; --')
NAMES = ("total", "city", "a/b~c", "it's")
TEXTS = ("Nantes", "nan", "12", "", 'a"b\\c', "é’; DROP TABLE events", "%_")
NUMBERS = (0.0, 1.0, 12.5, -3.0, 100.0, 0.001, 50.5, 1e9)

scalars: st.SearchStrategy[Scalar] = st.one_of(
    st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.booleans(), st.floats(-1e6, 1e6, allow_nan=False)
)
windows = st.one_of(
    st.none(),
    st.builds(Window, st.integers(1, 40), st.sampled_from([Unit.MINUTES, Unit.HOURS, Unit.DAYS])),
    st.builds(Window, st.integers(1, 90), st.just(Unit.SECONDS)),
)


@st.composite
def passing(draw: st.DrawFn) -> tuple[Operator, Scalar | tuple[Scalar, ...] | None]:
    """An operator with a value that it takes."""
    operator = draw(st.sampled_from(list(Operator)))
    if operator is Operator.EXISTS:
        return operator, None
    if operator is Operator.IN:
        return operator, tuple(draw(st.lists(scalars, min_size=1, max_size=3)))
    if operator is Operator.CONTAINS:
        return operator, draw(st.sampled_from([text for text in TEXTS if text]))
    value = draw(scalars)
    if operator in ORDERINGS and isinstance(value, bool):
        return operator, float(value)
    return operator, value


tests = st.builds(lambda name, passes: Test(name, *passes), st.sampled_from(NAMES), passing())
wheres = st.one_of(st.just(()), st.lists(tests, min_size=1, max_size=2).map(tuple))
calls = st.sampled_from(["track", "track", "track", "page"])
times = st.one_of(
    st.builds(Times, st.just("at least"), st.integers(1, 4)),
    st.builds(Times, st.sampled_from(["at most", "exactly"]), st.integers(0, 3)),
)
events = st.sampled_from(EVENTS)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Did, events, times=times, window=windows, where=wheres, call=calls),
    st.builds(Did, st.just(""), times=times, window=windows, call=st.just("page")),
    st.builds(DidNot, events, window=windows, where=wheres, call=calls),
    st.builds(
        Sum,
        st.sampled_from(NAMES),
        events,
        st.sampled_from(sorted(COMPARISONS)),
        st.sampled_from(NUMBERS),
        window=windows,
        where=wheres,
        call=calls,
    ),
    st.builds(lambda name, passes: TraitIs(name, *passes), st.sampled_from(NAMES), passing()),
    st.builds(Consent, st.sampled_from(["analytics", "marketing:email"])),
)


def trees() -> st.SearchStrategy[Node]:
    """Trees of every shape."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=5,
    )
