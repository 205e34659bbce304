"""Words in two languages: gettext catalogues, plural rules, and numbers written as each language writes them.

English is the language of the source: a message is its own English text. A catalogue is every `*.po` file of
`netlib/locale/<language>/`, read once a process.
"""

import gettext
import io
import math
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from netlib.problem import Problem

LANGUAGES = ("en", "ru")
LOCALE = Path(__file__).parent / "locale"

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SCIENTIFIC_BELOW = 1e-4
_SCIENTIFIC_FROM = 1e7
_EXACT_BELOW = 10**15


def N_(message: str) -> str:
    """Marks a message for translation where it is written down before its language is known."""
    return message


def preferred(locale: str | None) -> str:
    """The language for a visitor's locale such as `ru-RU`; English where we do not speak it."""
    language = (locale or "").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> gettext.NullTranslations:
    """All messages of one language as gettext knows them; raises on a `.po` file that does not parse."""
    if language == LANGUAGES[0]:
        return gettext.NullTranslations()
    from babel.messages import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    merged = Catalog(locale=language)
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id:
                    merged.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True)
class Text:
    """Speaks one language: `text("Seed {seed}", seed=3)`; a float among the values is written to three digits."""

    language: str
    _catalogue: gettext.NullTranslations = field(repr=False, compare=False)

    def __call__(self, message: str, **values: object) -> str:
        """The message in this language with its `{named}` values filled in."""
        return self._fill(self._catalogue.gettext(message), values)

    def plural(self, singular: str, plural: str, n: float, **values: object) -> str:
        """The message in the plural form that `n` asks for; `{n}` is filled in too."""
        # A fraction takes the form of two in both languages: 1.5 layers, 1,5 слоя.
        n = _plain(n)
        form = n if isinstance(n, int) else 2
        return self._fill(self._catalogue.ngettext(singular, plural, form), {"n": n, **values})

    def problem(self, problem: Problem) -> str:
        """What is wrong, in this language."""
        return self(problem.message, **problem.values)

    def number(self, value: float, digits: int = 3) -> str:
        """A number with a fixed count of significant digits: `0.0357`, `1.20 × 10⁻⁷`; whole numbers in full."""
        value = _plain(value)
        if isinstance(value, int) and abs(value) < _EXACT_BELOW:
            return self._decimal(value, "#,##0")
        value = float(value)
        if not math.isfinite(value):
            return {math.inf: "∞", -math.inf: "−∞"}.get(value, "NaN")
        if value == 0:
            return "0"
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        power = int(exponent)
        if _SCIENTIFIC_BELOW <= abs(value) < _SCIENTIFIC_FROM:
            decimals = max(digits - 1 - power, 0)
            return self._decimal(round(value, decimals), "#,##0" + ("." + "0" * decimals if decimals else ""))
        written = self._decimal(float(mantissa), "0." + "0" * (digits - 1) if digits > 1 else "0")
        return f"{written} × 10{str(power).translate(_SUPERSCRIPT)}"

    def fixed(self, value: float, decimals: int) -> str:
        """A number with a fixed count of decimals, for columns that must line up; a huge one as `number` has it."""
        value = float(value)
        if not abs(value) < _EXACT_BELOW:  # "not", because no comparison with nan is true
            return self.number(value)
        return self._decimal(value, "0." + "0" * decimals if decimals else "0")

    def percent(self, share: float, decimals: int = 1) -> str:
        """A share between 0 and 1 as a percentage."""
        return self.fixed(share * 100, decimals) + ("\u00a0%" if self.language == "ru" else "%")

    @property
    def separators(self) -> str:
        """Decimal sign and thousands sign, as Plotly's `layout.separators` takes them."""
        return ",\u00a0" if self.language == "ru" else ".,"

    def _fill(self, template: str, values: dict[str, object]) -> str:
        if not values:
            return template
        return template.format(**{name: self._written(value) for name, value in values.items()})

    def _written(self, value: object) -> str:
        if isinstance(value, Problem):
            return self.problem(value)
        value = _plain(value)
        return self.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)

    def _decimal(self, value: float, pattern: str) -> str:
        from babel.numbers import format_decimal

        written = format_decimal(value, format=pattern, locale=self.language, decimal_quantization=True)
        rounded_to_zero = not any(digit in written for digit in "123456789")
        return written.replace("-", "" if rounded_to_zero else "−")


def _plain(value: Any) -> Any:
    # numpy's scalars are numbers too: np.float32 is no `float`, np.int64 no `int`.
    return value.item() if getattr(value, "ndim", None) == 0 else value


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> Text:
    """The `Text` of a language; raises `ValueError` for one that we do not speak."""
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}; given: {language!r}")
    return Text(language, catalogue(language))
