"""Published exchange rates: what a sum in another currency is worth in yuan, for planning and never for a quotation."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

from pydantic import Field, model_validator

from assistant.rules.files import read
from assistant.rules.text import Frozen

_ROUNDED_TO = 1000.0


class Rate(Frozen):
    """One unit of `code` (ISO 4217) in yuan, the average of `year`; `source` is a key of the table's sources."""

    code: str = Field(pattern=r"^[A-Z]{3}$")
    cny: float = Field(gt=0, allow_inf_nan=False)
    year: int = Field(ge=2000, le=2100)
    basis: Literal["annual average"]
    source: str


class Currencies(Frozen):
    """The table: when it was collected, its sources by key and its rates."""

    collected: date
    sources: dict[str, str]
    rates: tuple[Rate, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Currencies:
        codes = [rate.code for rate in self.rates]
        if len(codes) != len(set(codes)) or {rate.source for rate in self.rates} - set(self.sources):
            raise ValueError("a currency has one rate, whose source is listed")
        return self


@cache
def currencies() -> Currencies:
    """The table of exchange rates; raises `ValidationError` on a malformed row."""
    return Currencies.model_validate(read("currencies"))


def rate_of(code: str) -> Rate | None:
    """The rate of a currency; None when the table has none."""
    return next((rate for rate in currencies().rates if rate.code == code.upper()), None)


def in_yuan(amount: float, code: str) -> float | None:
    """A sum in yuan, to the nearest thousand: an average rate carries no more; None when the table has no rate."""
    rate = rate_of(code)
    return None if rate is None else round(amount * rate.cny / _ROUNDED_TO) * _ROUNDED_TO
