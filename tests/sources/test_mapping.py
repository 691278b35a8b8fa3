"""A mapping that says something impossible is answered with file, line, key and the nearest valid name."""

# ruff: noqa: E501  -- one impossible mapping, one line
from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from firmtrade.errors import StudyError, UsageError
from firmtrade.sources.mapping import load_mapping
from firmtrade.sources.mapping.load import parse_mapping

GOOD = """\
[stamp]
kind = "real"
title = "A register"
source = "an office"

[import]
max_bad_rows = 0.02

[currencies.BEF]
divide_by = 40.3399
source = "Council Regulation (EC) No 2866/98"

[files.register]
path = "register.csv"

[files.books]
path = ["books_*.csv", "books.zip"]
separator = ";"
decimal = ","

[firms]
file = "register"
[firms.columns]
firm_id = "number"
nace = { column = "nace", keep = "digits" }

[[firms.join]]
file = "books"
[firms.join.columns]
firm_id = "number"
founded = { column = "start", date = "dd-mm-yyyy" }

[[accounts]]
file = "books"
[accounts.columns]
firm_id = "number"
year = "year"
turnover = { column = "70", unit = "thousand", currency = "BEF" }
"""


def test_a_mapping_is_read_with_its_short_forms_written_out() -> None:
    mapping = parse_mapping(GOOD)
    assert mapping.files["register"].path == ("register.csv",)
    assert [rule.column for rule in mapping.firms[0].columns["firm_id"]] == ["number"]
    assert mapping.currencies["BEF"].rate == Decimal("40.3399")
    assert mapping.options.max_bad_rows == 0.02
    assert list(mapping.feeds) == ["firms", "accounts"]


NACE = 'nace = { column = "nace", keep'
TURNOVER = '{ column = "70", unit'
BOOKS = 'file = "books"\n[acc'

IMPOSSIBLE = [
    ('keep = "digits"', 'keeep = "digits"', "nace = ", "firms.columns.nace.keeep", "there is no key `keeep` here\n  Did you mean `keep`?"),
    ("[files.books]", "[file.books]", "[file.books]", "file", "there is no key `file` here\n  Did you mean `files`?"),
    ('separator = ";"', 'seperator = ";"', "seperator", "files.books.seperator", "there is no key `seperator` here\n  Did you mean `separator`?"),
    ("turnover = {", "turnovr = {", "turnovr", "accounts.1.columns.turnovr", "the table `accounts` has no column `turnovr`\n  Did you mean `turnover`?"),
    ('file = "register"', 'file = "registre"', "registre", "firms.file", "there is no raw file `registre` in `[files]`\n  Did you mean `register`?"),
    ('kind = "real"', 'kind = "true"', "kind", "stamp.kind", "`true` is not possible here\n  Give 'real' or 'synthetic'."),
    ('source = "an office"\n', "", "[stamp]", "stamp", "the key `source` is missing\n  Add `source = ...`."),
    ('year = "year"\n', "", "[accounts.columns]", "accounts.1.columns", "the table `accounts` needs the column `year`\n  Add `year = ...`: calendar year"),
    ('currency = "BEF"', 'currency = "FRF"', "FRF", "accounts.1.columns.turnover.currency", "there is no rate of the currency `FRF`\n  Add `[currencies.FRF]`"),
    ('date = "dd-mm-yyyy"', 'date = "dd-mon-yy"', "dd-mon-yy", "firms.join.1.columns.founded.date", "`dd-mon-yy` is not a pattern of a date\n  Make it of `yyyy`"),
    (NACE, 'nace = { column = "nace", unit = "thousand", keep', "nace = ", "firms.columns.nace.unit", "`nace` is no amount: it is a text"),
    (NACE, 'nace = { column = "nace", century = 1900, keep', "nace = ", "firms.columns.nace.century", "`nace` is no date: it is a text"),
    (NACE, 'nace = { months = { first = "a", last = "b" }, keep', "nace = ", "firms.columns.nace.months", "`nace` is not a number of months: it is a text"),
    ('unit = "thousand"', 'unit = "thousands"', "turnover", "accounts.1.columns.turnover.unit", "`thousands` is not possible here\n  Give 'one', 'hundred', 'thousand' or 'million'."),
    ('decimal = ","', 'decimal = ","\nthousands = ","', "[files.books]", "files.books", "the decimal and the thousands mark are the same"),
    ('decimal = ","', 'names = ["a"]', "[files.books]", "files.books", "`names` are for files without a header: add `header = false`"),
    ("divide_by = 40.3399", "divide_by = 40.3399\nmultiply_by = 2", "[currencies.BEF]", "currencies.BEF", "give either `multiply_by` or `divide_by`"),
    ("divide_by = 40.3399", "divide_by = 40.339912345678", "[currencies.BEF]", "currencies.BEF", "a rate has at most 10 digits"),
    ("divide_by = 40.3399", "divide_by = 0", "divide_by", "currencies.BEF.divide_by", "input should be greater than 0"),
    ('path = "register.csv"\n', "", "[files.register]", "files.register", "give either `path` (a file) or `url` (a database)"),
    ('path = "register.csv"', 'url = "sqlite://x.db"', "[files.register]", "files.register", "a database needs either `table` or `query`"),
    ('path = "register.csv"', 'path = "register.csv"\ntable = "t"', "[files.register]", "files.register", "`table` and `query` belong to a database: give its `url`"),
    ('path = "register.csv"', 'url = "x://y"\nurl_variable = "Z"', "[files.register]", "files.register", "give either `url` or `url_variable`"),
    ('separator = ";"', 'encoding = "latin-8859"', "encoding", "files.books.encoding", "there is no encoding `latin-8859`; `utf-8`, `latin-1`"),
    (TURNOVER, '{ column = "70", constant = 5, unit', "turnover", "accounts.1.columns.turnover", "give one of `column`, `sum`, `constant`, `file_name` and `months`, not `column` and `constant`"),
    (TURNOVER, '{ column = "70", minus = "60", unit', "turnover", "accounts.1.columns.turnover", "`minus` and `zero_if_missing` belong to `sum`"),
    (TURNOVER, '{ sum = "70", zero_if_missing = "71", unit', "turnover", "accounts.1.columns.turnover", "`zero_if_missing` names `71`, which is neither in `sum` nor in `minus`"),
    (TURNOVER, '{ file_name = "books.csv", unit', "turnover", "accounts.1.columns.turnover", "`file_name` has one `{}` where the value stands"),
    ('keep = "digits"', "take = [3, 2]", "nace = ", "firms.columns.nace", "`take` gives the first and the last character"),
    ('keep = "digits"', 'otherwise = "keep"', "nace = ", "firms.columns.nace", "`otherwise` belongs to `codes`"),
    ('founded = { column = "start", date = "dd-mm-yyyy" }', 'nace = "n"', 'nace = "n"', "firms.join.1.columns.nace", "`nace` comes from two files"),
    ('firm_id = "number"\nfounded', "founded", "[firms.join.columns]", "firms.join.1.columns", "a joined file needs the key of its rows"),
    (BOOKS, 'file = "books"\nmelt = "x_{year}"\n[acc', "melt", "accounts.1.melt", "`melt` says how a column's name is made of a name and a year"),
    (BOOKS, 'file = "books"\npivot = { name = "r" }\n[acc', "pivot", "accounts.1.pivot.name", "there is no key `name` here\n  Did you mean `names`?"),
    (BOOKS, 'file = "books"\nmelt = "{column}_{year}"\npivot = { names = "r", values = "v" }\n[acc', "melt", "accounts.1.melt", "a raw file is either melted or pivoted"),
    ('source = "an office"', 'source = "an office"\ncountry = "be"', "country", "stamp.country", "there is no country `be`\n  Did you mean `BE` (Belgium)?"),
    ('source = "an office"', 'source = "an office"\ncountry = "QZ"', "country", "stamp.country", "there is no country `QZ`\n  Write its code of ISO 3166: two capitals, such as `BE`."),
    ('source = "an office"', 'source = "an office"\ncurrency = "eur"', "currency", "stamp.currency", "there is no currency `eur`\n  Did you mean `EUR` (Euro)?"),
    ('source = "an office"', 'source = "an office"\ncurrency = "euros"', "currency", "stamp.currency", "there is no currency `euros`\n  Did you mean `EUR` (Euro)?"),
    ('source = "an office"', 'source = "an office"\ncurrency = "QQQ"', "currency", "stamp.currency", "there is no currency `QQQ`\n  Write its code of ISO 4217: three capitals, such as `EUR`."),
    ('source = "an office"', 'source = 3', "source = 3", "stamp.source", "`source` is a text\n  Write it between quotes."),
    ('separator = ";"', 'separator = "::"', "separator", "files.books.separator", "`separator` has 2 signs\n  Give the one sign between two fields"),
    ('separator = ";"', "quote = '``'", "quote", "files.books.quote", "`quote` has 2 signs\n  Give the one sign around texts"),
    ("max_bad_rows = 0.02", "max_bad_rows = 2", "max_bad_rows", "import.max_bad_rows", "input should be less than or equal to 1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "at", "key", "says"), IMPOSSIBLE, ids=[case[4][:50] for case in IMPOSSIBLE]
)
def test_what_cannot_be_is_answered_with_line_key_and_the_nearest_name(
    before: str, after: str, at: str, key: str, says: str
) -> None:
    assert before in GOOD
    text = GOOD.replace(before, after, 1)
    line = next(number for number, line in enumerate(text.splitlines(), start=1) if at in line)
    with pytest.raises(StudyError, match=re.escape(f"mapping.toml, line {line}, key {key}: {says}")):
        parse_mapping(text)


def test_a_byte_order_mark_is_no_part_of_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text("\ufeff" + GOOD, encoding="utf-8")
    assert load_mapping(tmp_path / "mapping.toml") == parse_mapping(GOOD)


def test_text_that_is_not_toml_is_answered_with_the_line() -> None:
    with pytest.raises(StudyError, match=r"^mapping\.toml: this is not valid TOML: .*line 2"):
        parse_mapping("[stamp]\nkind real\n")


def test_files_of_one_table_have_the_same_key() -> None:
    second = '\n[[firms]]\nfile = "books"\n[firms.columns]\nfirm_id = "number"\nyear = "year"\n'
    with pytest.raises(StudyError, match="the files of the table `firms` have different keys"):
        parse_mapping(
            GOOD.replace("[firms]", "[[firms]]").replace("\n[[accounts]]", second + "\n[[accounts]]")
        )


def test_a_mapping_that_fills_nothing_is_refused() -> None:
    with pytest.raises(
        StudyError, match="the mapping fills no table\n  Add one of the tables: firms, accounts"
    ):
        parse_mapping(GOOD[: GOOD.index("[firms]")])


def test_a_mapping_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"the mapping .*nowhere\.toml cannot be read: there is no such file"
    ):
        load_mapping(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(UsageError, match=r"latin\.toml cannot be read as text"):
        load_mapping(tmp_path / "latin.toml")
