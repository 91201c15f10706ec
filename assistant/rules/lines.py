"""What each product line and series is for; the base of comparisons."""

from __future__ import annotations

from functools import cache

from assistant.rules.catalogue import Product, Series
from assistant.rules.files import read
from assistant.rules.text import Frozen, Source, Text


class Line(Frozen):
    """A pair of product lines with its purpose and source."""

    models: tuple[Product, ...]
    series: Series
    fit: Text
    source: Source


class SeriesLine(Frozen):
    """A whole series: name, purpose and what to look at when buying."""

    series: Series
    name: Text
    fit: Text
    focus: Text
    source: Source


@cache
def lines() -> tuple[Line, ...]:
    """All lines in catalogue order."""
    return tuple(Line.model_validate(row) for row in read("lines")["lines"])


@cache
def series_lines() -> tuple[SeriesLine, ...]:
    """The two compute series."""
    return tuple(SeriesLine.model_validate(row) for row in read("lines")["series"])


def line_of(product: Product) -> Line:
    """The pair that a product belongs to."""
    return next(line for line in lines() if product in line.models)


def compare(
    products: tuple[Product, ...], series: tuple[Series, ...]
) -> tuple[tuple[Line, ...], tuple[SeriesLine, ...]]:
    """The lines and series to set side by side; when a comparison crosses the series, both series are told as well."""
    wanted = tuple(dict.fromkeys(line_of(product) for product in products))
    letters = {*series, *(line.series for line in wanted)}
    crossing = len(letters & {"G", "T"}) == 2
    return wanted, tuple(row for row in series_lines() if row.series in series or crossing)
