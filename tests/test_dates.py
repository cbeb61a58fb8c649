"""Dates: what they mean in days, how they are said in words, and what is refused."""

from contextlib import suppress
from datetime import date

import edtf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dates import Bounds, from_edtf, to_words
from kg.errors import DateError

EXAMPLES = {
    # text: start earliest, start latest, end earliest, end latest, words
    "1943": ("1943-01-01", "1943-12-31", "1943-01-01", "1943-12-31", "1943"),
    "1943-07": ("1943-07-01", "1943-07-31", "1943-07-01", "1943-07-31", "Jul 1943"),
    "1944-02": ("1944-02-01", "1944-02-29", "1944-02-01", "1944-02-29", "Feb 1944"),
    "1943-08-23": ("1943-08-23", "1943-08-23", "1943-08-23", "1943-08-23", "23 Aug 1943"),
    "1943-08-23?": ("1943-08-23", "1943-08-23", "1943-08-23", "1943-08-23", "c. 23 Aug 1943"),
    "1943-08-23~": ("1943-08-20", "1943-08-26", "1943-08-20", "1943-08-26", "c. 23 Aug 1943"),
    "1943-08-23%": ("1943-08-20", "1943-08-26", "1943-08-20", "1943-08-26", "c. 23 Aug 1943"),
    "1943-03-01~": ("1943-02-26", "1943-03-04", "1943-02-26", "1943-03-04", "c. 1 Mar 1943"),
    "1943-01~": ("1942-12-01", "1943-02-28", "1942-12-01", "1943-02-28", "c. Jan 1943"),
    "1943-12~": ("1943-11-01", "1944-01-31", "1943-11-01", "1944-01-31", "c. Dec 1943"),
    "1943~": ("1942-01-01", "1944-12-31", "1942-01-01", "1944-12-31", "c. 1943"),
    "1943-07-05/1943-07-16": ("1943-07-05", "1943-07-05", "1943-07-16", "1943-07-16", "5 - 16 Jul 1943"),
    "1943-07-31/1943-08-23": ("1943-07-31", "1943-07-31", "1943-08-23", "1943-08-23", "31 Jul - 23 Aug 1943"),
    "1942-07-17/1943-02-02": ("1942-07-17", "1942-07-17", "1943-02-02", "1943-02-02", "17 Jul 1942 - 2 Feb 1943"),
    "1943-07/1943-08": ("1943-07-01", "1943-07-31", "1943-08-01", "1943-08-31", "Jul - Aug 1943"),
    "1943-08-23/1943-08": ("1943-08-23", "1943-08-23", "1943-08-01", "1943-08-31", "23 Aug 1943 - later that month"),
    "1941-06-22/1941-12": ("1941-06-22", "1941-06-22", "1941-12-01", "1941-12-31", "22 Jun - Dec 1941"),
    "1943-07~/1943-08-07": ("1943-06-01", "1943-08-31", "1943-08-07", "1943-08-07", "c. Jul - 7 Aug 1943"),
    "1943-08/1943-08-23": ("1943-08-01", "1943-08-31", "1943-08-23", "1943-08-23", "Aug 1943 - 23 Aug 1943"),
    "1943~/1943": ("1942-01-01", "1944-12-31", "1943-01-01", "1943-12-31", "c. 1943 - 1943"),
    "1942~/1943-08": ("1941-01-01", "1943-12-31", "1943-08-01", "1943-08-31", "c. 1942 - Aug 1943"),
    "1943-07-05/1943-07-05": ("1943-07-05", "1943-07-05", "1943-07-05", "1943-07-05", "5 Jul 1943"),
    "1943-08/..": ("1943-08-01", "1943-08-31", None, None, "from Aug 1943"),
    "1943-08/": ("1943-08-01", "1943-08-31", None, None, "from Aug 1943"),
    "../1945-05": (None, None, "1945-05-01", "1945-05-31", "until May 1945"),
    "/1945-05": (None, None, "1945-05-01", "1945-05-31", "until May 1945"),
}
WRONG = (
    *("", " ", "..", "/", "../..", "1943/1944/1945", "43", "01943", "1943-7", "1943-07-5", "1943-7-05", "1943~~"),
    *("1943-00", "1943-13", "1943-02-29", "1943-04-31", "1943-07-00", "0000", "../1943-13", "1943-13/.."),
    *("1943/1942", "1943-08-23/1943-08-22", " 1943", "1943\n", "\n1943", "194X", "1943-XX", "-1943", "1943-21"),
    *(
        "٣١٩٤",
        "1943-٠٧",
        "0001~",
        "0001-01-01~",
        "9999~",
        "9999-12~",
        "9999-12-31~",
        "23 August 1943",
        "1943-08-23T10:00",
    ),
)
DAYS = st.dates(date(2, 1, 2), date(9998, 12, 1))
SINGLE = st.builds(
    lambda day, length, qualifier: day.isoformat()[:length] + qualifier,
    DAYS,
    st.sampled_from([4, 7, 10]),
    st.sampled_from(["", "~", "?", "%"]),
)
DATES = st.one_of(
    SINGLE,
    st.builds("{}/{}".format, SINGLE, SINGLE),
    st.builds("{}/..".format, SINGLE),
    st.builds("../{}".format, SINGLE),
)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_date_has_the_bounds_it_means(text):
    assert from_edtf(text) == Bounds(*map(day, EXAMPLES[text][:4]))


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_date_is_said_in_words(text):
    assert to_words(text) == EXAMPLES[text][4]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_date_is_refused_by_both_functions(text):
    for function in (from_edtf, to_words):
        with pytest.raises(DateError) as caught:
            function(text)
        assert caught.value.text == text
        assert str(caught.value).startswith(f'"{text}" is no EDTF date; ')


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("August 1943", "write 1943-08"),
        ("23 August 1943", "write 1943-08-23"),
        ("5. Jul 1943", "write 1943-07-05"),
        ("1943/1942", "write 1942/1943"),
        ("1943-02-29", "there is no day 1943-02-29"),
        ("Autumn 1943", "write 1943, 1943-08"),
    ],
)
def test_the_error_says_what_to_write(text, cure):
    with pytest.raises(DateError, match=cure):
        from_edtf(text)


@given(DAYS, st.sampled_from([4, 7, 10]))
def test_plain_dates_mean_what_the_edtf_package_says(day, length):
    text = day.isoformat()[:length]
    oracle, bounds = edtf.parse_edtf(text), from_edtf(text)
    assert tuple(bounds.start_earliest.timetuple())[:3] == tuple(oracle.lower_strict())[:3]
    assert tuple(bounds.end_latest.timetuple())[:3] == tuple(oracle.upper_strict())[:3]


@given(DAYS, DAYS, st.sampled_from([4, 7, 10]))
def test_plain_intervals_mean_what_the_edtf_package_says(one, other, length):
    first, last = sorted([one, other])
    text = f"{first.isoformat()[:length]}/{last.isoformat()[:length]}"
    oracle, bounds = edtf.parse_edtf(text), from_edtf(text)
    assert tuple(bounds.start_earliest.timetuple())[:3] == tuple(oracle.lower_strict())[:3]
    assert tuple(bounds.end_latest.timetuple())[:3] == tuple(oracle.upper_strict())[:3]


@given(DATES)
def test_the_bounds_of_a_date_lie_in_order(text):
    try:
        bounds = from_edtf(text)
    except DateError as error:
        assert "ends before it begins" in error.hint
        return
    for first, last in (
        (bounds.start_earliest, bounds.start_latest),
        (bounds.end_earliest, bounds.end_latest),
        (bounds.start_earliest, bounds.end_latest),
    ):
        assert first is None or last is None or first <= last
    words = to_words(text)
    assert words.count("c.") == sum(text.count(qualifier) for qualifier in "~?%") or text.count("/") == 1
    assert all(word.isalnum() or word in ("-", "c.") for word in words.split())


@given(st.one_of(st.text(), st.text("0123456789-/.~?% ")))
def test_random_text_raises_nothing_but_a_date_error(text):
    for function in (from_edtf, to_words):
        with suppress(DateError):
            function(text)
